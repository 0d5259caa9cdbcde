import { type EgressQuestion, noUsage, policyDocumentSchema } from '@clawhold/spec';
import { expect, test } from 'vitest';
import { compile } from '../compile/compile.ts';
import type { Snapshot } from '../compile/snapshot.ts';
import { decide } from '../decide/decide.ts';
import { isReachable } from './reachable.ts';

type Endpoints = readonly Record<string, unknown>[];

const document = (endpoints: Endpoints, more: Record<string, unknown> = {}) =>
  policyDocumentSchema.parse({ version: 1, network_policies: { all: { endpoints } }, ...more });

function snapshotOf(
  agent: ReturnType<typeof document>,
  ceiling = policyDocumentSchema.parse({ version: 1 }),
): Snapshot {
  const compiled = compile({ ceiling, agent });
  if (compiled.kind !== 'ok') throw new Error(JSON.stringify(compiled.problems));
  return compiled.snapshot;
}

test('a host is reachable when a rule names it, at whatever port, and no other is', () => {
  const snapshot = snapshotOf(
    document([
      { host: 'db.example.com', port: 5432 },
      { host: '*.wild.example.com', ports: [22, 443], access: 'read-only' },
    ]),
  );
  for (const host of ['db.example.com', 'a.wild.example.com']) expect(isReachable(host, snapshot)).toBe(true);
  for (const host of ['example.com', 'x.db.example.com', 'a.b.wild.example.com', 'wild.example.com', 'localhost'])
    expect(isReachable(host, snapshot)).toBe(false);
});

test('what the ceiling does not reach is not there, its services are', () => {
  const agent = document([
    { host: 'db.example.com', port: 5432 },
    { host: 'other.example.com', port: 5432 },
    { host: 'finance.local', port: 80 },
  ]);
  const ceiling = document(
    [
      { host: 'db.example.com', port: 5432 },
      { host: 'other.example.com', port: 22 },
    ],
    {
      services: { 'finance.local': { port: 8080 }, 'unused.local': { port: 8081 } },
    },
  );
  const snapshot = snapshotOf(agent, ceiling);
  const hosts = ['db.example.com', 'other.example.com', 'finance.local', 'unused.local'];
  expect(hosts.map((host) => isReachable(host, snapshot))).toEqual([true, false, true, false]);
});

test('a rule for certain executables makes its host known, though nobody in particular asks', () => {
  const agent = policyDocumentSchema.parse({
    version: 1,
    network_policies: {
      all: { endpoints: [{ host: 'db.example.com', port: 5432 }], binaries: [{ path: '/usr/bin/psql' }] },
    },
  });
  const snapshot = snapshotOf(agent);
  expect(isReachable('db.example.com', snapshot)).toBe(true);
  const question: EgressQuestion = {
    kind: 'egress',
    caller: { agent: 'a' },
    host: 'db.example.com',
    port: 5432,
    scheme: 'tcp',
    data: { integrity: 'external', confidentiality: 'internal', readers: null, sources: [] },
  };
  expect(decide(question, snapshot, noUsage, 0).kind).toBe('deny');
});
