import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { sharingFiles } from '../../vitest.config.ts';

/** What the next file in the same worker would find, or what can be there once in a process only. */
const leavesTraces =
  /\bvi\.(mock|doMock|stubGlobal|useFakeTimers)\(|\bprocess\.(chdir|umask|set[eug]+id)\(|\bprocess\.env\[[^\]]+\] =[^=]|\bglobalThis\.\w+ =[^=]|\b(DBOS|startProduct)\(/;

test('test files that share their workers leave them as they were', () => {
  expect(sharingFiles.length).toBeGreaterThan(100);
  const others = sharingFiles.filter((path) => path !== 'tests/house/workers.test.ts');
  const wrong = others.filter((path) => leavesTraces.test(readFileSync(join(repositoryRoot, path), 'utf8')));
  expect(wrong).toEqual([]);
});

test.each([
  "vi.mock('./a.ts');",
  'process.chdir(folder);',
  "process.env['HOME'] = folder;",
  'globalThis.fetch = mine;',
  'await startProduct(place);',
])('it sees %s', (code) => {
  expect(code).toMatch(leavesTraces);
});
