import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCallProfiles } from '@clawhold/spec';
import { repositoryRoot, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { callTables, type TabledCall } from '../conformance/call-tables.ts';

const { allowed, refused, checked } = callTables;
const every = [...allowed, ...refused, ...checked];

test(verifies('sandbox.system-calls', 'no table names a call twice, and each number belongs to one call'), () => {
  expect(every.length).toBeGreaterThan(300);
  for (const key of ['name', 'x64', 'arm64'] as const) {
    const values = every.flatMap((call) => call[key] ?? []);
    expect(new Set(values).size, key).toBe(values.length);
  }
  expect(callTables.debugger.every(({ name }) => refused.some((call) => call.name === name))).toBe(true);
});

test.each([
  ['x64', 'x86_64-linux-gnu-gcc'],
  ['arm64', 'aarch64-linux-gnu-gcc'],
] as const)('numbers on %s are those of the kernel, as far as the headers of %s go', (processor, compiler) => {
  const definitions = headers(compiler);
  if (definitions === undefined) return;
  const compared = every.filter((call) => definitions.has(call.name));
  expect(compared.length).toBeGreaterThan(200);
  for (const call of compared)
    expect(`${call.name} ${call[processor]}`).toBe(`${call.name} ${definitions.get(call.name)}`);
  // What the headers do not have is too young for them, or not of this processor.
  for (const call of every)
    if (!definitions.has(call.name)) expect(call[processor] ?? 1_000, call.name).toBeGreaterThan(423);
});

/** The numbers that a compiler's headers give to system calls; `undefined` without that compiler. */
function headers(compiler: string): ReadonlyMap<string, number> | undefined {
  let text: string;
  try {
    text = execFileSync(compiler, ['-E', '-dM', '-include', 'asm/unistd.h', '-x', 'c', '/dev/null']).toString();
  } catch {
    return undefined;
  }
  const texts = new Map([...text.matchAll(/^#define __NR(\w+) (\S+)$/gm)].map(([, name = '', value]) => [name, value]));
  const numbers = [...texts].map(([key, value = '']) => {
    const name = key.replace(/^(3264)?_/, '');
    const direct = value.startsWith('__NR') ? texts.get(value.slice('__NR'.length)) : value;
    return [name, Number(direct)] as const;
  });
  return new Map(numbers.filter(([, number]) => Number.isInteger(number)));
}

test(verifies('sandbox.system-calls', 'docs/sandbox-syscalls.md names the calls of the tables and no others'), () => {
  const page = readFileSync(join(repositoryRoot, 'docs/sandbox-syscalls.md'), 'utf8');
  const named = (heading: string): string[] => {
    const [, section = ''] = page.split(`\n## ${heading}\n`);
    const [text = ''] = section.split('\n## ');
    return [...text.matchAll(/^`.*$/gm)].flatMap(([line]) =>
      [...line.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    );
  };
  const names = (calls: readonly TabledCall[]): string[] => calls.map(({ name }) => name).toSorted();
  expect(named('Allowed').toSorted()).toEqual(names(allowed));
  expect(named('Refused').toSorted()).toEqual(names(refused));
  const [, arguments_ = ''] = /\n## Allowed with some arguments\n(.*?)\n## /s.exec(page) ?? [];
  const rows = [...arguments_.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) => cell.split(', '));
  expect(rows.map((name) => name.replaceAll('`', '')).toSorted()).toEqual(names(checked));
  const [, profile = ''] = /\| `debugger` \|[^|]+\| ([^|]+) \|/.exec(page) ?? [];
  expect(profile.replaceAll('`', '').split(', ').toSorted()).toEqual(names(callTables.debugger));
});

test('both sides know the same profiles, bit by bit', () => {
  const source = readFileSync(join(repositoryRoot, 'native/launcher/src/layers/seccomp/profile.h'), 'utf8');
  const bits = [...source.matchAll(/PROFILE_(\w+) = (\d+),/g)].map(([, name = '', bit]) => [
    name.toLowerCase(),
    Number(bit),
  ]);
  expect(bits).toEqual(systemCallProfiles.map((profile, at) => [profile, 1 << at]));
});
