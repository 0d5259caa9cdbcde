import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { becomeManager } from './single.ts';

/** When our parent started, which lives as long as we do. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

test(verifies('manager.one-for-each-home', 'a home whose manager lives is refused, and left as it is'), async () => {
  const home = await temporaryFolder();
  const other = JSON.stringify({ pid: process.ppid, startTime: await startOf(process.ppid) });
  await writeFile(join(home, 'manager.json'), other);
  expect(() => becomeManager(home)).toThrow(
    expect.objectContaining({ code: 'state_already_up', message: expect.stringContaining(String(process.ppid)) }),
  );
  expect(await readFile(join(home, 'manager.json'), 'utf8')).toBe(other);
});

test.each([
  ['its id was given to another process', async () => JSON.stringify({ pid: process.ppid, startTime: '1' })],
  ['it is gone', async () => JSON.stringify({ pid: 2 ** 22 + 1, startTime: '1' })],
  ['it was cut off while it wrote', async () => '{"pid":'],
])(verifies('manager.one-for-each-home', 'a dead manager stands in nobody’s way: %s'), async (_, content) => {
  const home = await temporaryFolder();
  await writeFile(join(home, 'manager.json'), await content());
  const release = becomeManager(home);
  becomeManager(home, { url: 'http://127.0.0.1:1', tier: 'same-user' });
  const written = JSON.parse(await readFile(join(home, 'manager.json'), 'utf8')) as object; // written above
  expect(written).toEqual({
    pid: process.pid,
    startTime: await startOf(process.pid),
    url: 'http://127.0.0.1:1',
    tier: 'same-user',
  });
  release();
  expect(existsSync(join(home, 'manager.json'))).toBe(false);
});
