import { verifies } from '@clawhold/testkit';
import { parseSync } from 'vite';
import { expect, test, vi } from 'vitest';
import { readModule } from './module.ts';
import { impurities } from './purity.ts';
import { isForTests, sourceFiles } from './sources.ts';

// Every module is parsed; beside other work that takes a while.
vi.setConfig({ testTimeout: 90_000 });

/** Packages that do no input or output, read no clock and draw no randomness: those are passed in. */
const pure = ['documents', 'policy', 'flow', 'approvals', 'tools', 'ledger'].map((name) => `packages/${name}/src/`);

test(verifies('house.pure-decisions', 'pure packages only compute'), () => {
  const files = sourceFiles().filter((path) => pure.some((folder) => path.startsWith(folder)) && !isForTests(path));
  const wrong = files.flatMap((path) => impurities(readModule(path).syntax).map((what) => `${path}: ${what}`));
  expect(wrong).toEqual([]);
});

test.each([
  ["import { readFileSync } from 'node:fs';", 'node:fs'],
  ["import { randomBytes } from 'node:crypto';", 'node:crypto randomBytes'],
  ["import * as crypto from 'node:crypto';", 'node:crypto *'],
  ['const now = Date.now();', 'Date.now'],
  ['const now = new Date();', 'new Date()'],
  ['const draw = Math.random;', 'Math.random'],
  ["const home = process.env['HOME'];", 'process.env'],
  ['const begin = performance.now();', 'performance.now'],
  ['const answer = await fetch(url);', 'fetch()'],
])('it sees %s', (code, what) => {
  expect(impurities(parseSync('a.ts', code).program)).toContain(what);
});

test.each(["import { createHash } from 'node:crypto';", "import type { Socket } from 'node:net';", 'new Date(time);'])(
  'it lets pass %s',
  (code) => {
    expect(impurities(parseSync('a.ts', code).program)).toEqual([]);
  },
);
