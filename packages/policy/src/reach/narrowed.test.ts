import { policyDocumentSchema } from '@clawhold/spec';
import { expect, test } from 'vitest';
import { compile } from '../compile/compile.ts';
import { isNarrowed } from './narrowed.ts';

test('who calls matters where a rule of any layer, opening or forbidding, is for certain executables', () => {
  const document = (host: string, binaries: string[] | undefined, more: Record<string, unknown> = {}) =>
    policyDocumentSchema.parse({
      version: 1,
      network_policies: {
        all: {
          endpoints: [{ host, ports: [443, 80], ...more }],
          ...(binaries === undefined ? {} : { binaries: binaries.map((path) => ({ path })) }),
        },
      },
    });
  const compiled = compile({
    ceiling: document('**.example.com', ['/usr/bin/curl'], {
      access: 'read-only',
      deny_rules: [{ method: 'GET', path: '/x' }],
    }),
    team: document('*.example.org', ['/usr/bin/git']),
    agent: document('open.example.net', undefined),
  });
  if (compiled.kind !== 'ok') throw new Error(JSON.stringify(compiled.problems));
  const asked = ['a.b.example.com', 'a.example.org', 'open.example.net', 'other.example.net'];
  expect(asked.map((host) => isNarrowed(host, 443, compiled.snapshot))).toEqual([true, true, false, false]);
  expect(isNarrowed('a.example.org', 22, compiled.snapshot)).toBe(false);
});
