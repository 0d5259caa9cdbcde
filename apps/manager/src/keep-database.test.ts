import { verifies } from '@clawhold/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { InstallationDatabase } from './database.ts';
import { keepDatabase } from './keep-database.ts';

beforeEach(() => void vi.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => void vi.restoreAllMocks());

function database() {
  const lost = Promise.withResolvers<Error>();
  const opened: InstallationDatabase = { url: () => '', lost: lost.promise, stop: vi.fn(async () => undefined) };
  return { opened, lose: () => lost.resolve(new Error('The database ended.')) };
}

test(verifies('manager.started-again', 'a lost database is opened until it works, and then it counts'), async () => {
  const [first, second] = [database(), database()];
  const attempts = [
    () => Promise.resolve(first.opened),
    () => Promise.reject(new Error('the disk is full')),
    () => Promise.reject(new Error('the disk is full')),
    () => Promise.resolve(second.opened),
  ];
  const pauses: number[] = [];
  const kept = await keepDatabase(
    () => attempts.shift()?.() ?? Promise.reject(new Error('opened too often')),
    async (milliseconds) => void pauses.push(milliseconds),
  );
  expect(kept.current()).toBe(first.opened);
  first.lose();
  await expect.poll(() => kept.current()).toBe(second.opened);
  expect(pauses).toEqual([100, 200, 400]);
  await kept.stop();
  expect(second.opened.stop).toHaveBeenCalledTimes(1);
  expect(first.opened.stop).not.toHaveBeenCalled();
});

test('the first time must work', async () => {
  await expect(keepDatabase(() => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
});
