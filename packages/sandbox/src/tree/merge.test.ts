import { chmod, lstat, readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffTree } from './diff.ts';
import { testAccounts } from './testing/accounts.ts';
import { personOperations, runOperations } from './testing/operations.ts';
import { processJobs } from './testing/process.ts';
import { makeStage } from './testing/stage.ts';
import type { Operation } from './testing/world.ts';
import type { TreeJobs } from './tree-jobs.ts';

const { programs, jobs: jobsOf, world: worldOf } = await makeStage();

/** What only layers can get wrong: things that change their kind, deletions of what lies far below, many names of one file. */
const rounds: readonly (readonly Operation[])[] = [
  [
    ['mkdir', 'deep/inner'],
    ['write', 'deep/inner/x', '', 'x1'],
    ['link', 'deep/inner/x', 'deep/y'],
    ['delete-tree', 'folder'],
    ['write', 'folder', '', 'a file now'],
    ['write', Buffer.from('line\nfeed'), '', 'n'],
    ['write', Buffer.from([0x66, 0xff, 0xfe]), '', 'no text'],
    ['fifo', 'pipe'],
    ['socket', 'socket'],
  ],
  [
    ['remove', 'folder'],
    ['mkdir', 'folder'],
    ['write', 'folder/other', '', 'a folder again'],
    ['remove', 'deep/y'],
    ['symlink', 'way', '', 'deep'],
    ['remove', 'kept'],
  ],
  [
    ['delete-tree', 'deep'],
    ['mkdir', 'deep'],
    ['remove', 'way'],
    ['mkdir', 'way'],
    ['write', 'way/real', '', 'no link'],
    ['chmod', 'folder', '', '750'],
  ],
  [
    ['symlink', 'kept', '', 'folder'],
    ['delete-tree', 'folder'],
    ['mkdir', 'folder'],
    ['write', 'folder/last', '', 'last'],
    ['remove', 'pipe'],
  ],
];
const person: readonly Operation[] = [
  ['mkdir', 'deep'],
  ['write', 'deep/person', '', 'p'],
  ['mkdir', 'folder'],
  ['write', 'folder/person', '', 'p'],
  ['write', 'kept', '', 'k'],
];

describe.each(await testAccounts())('as $title', (account) => {
  const jobs = jobsOf(account);

  test(verifies('files.merge', 'merged layers show what they showed, to the kernel and in every list'), {
    timeout: 120_000,
  }, async () => {
    const merges = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(
        personOperations,
        fc.array(runOperations, { minLength: 2, maxLength: 4 }),
        merges,
        runOperations,
        async (personal, acts, ranges, later) => {
          await using world = await worldOf(account, personal);
          await using twin = await worldOf(account, personal);
          for (const operations of acts) {
            for (const one of [world, twin]) {
              await one.run(operations);
              await one.checkpoint();
            }
          }
          let depth = acts.length;
          for (const [at, more] of ranges) {
            if (depth < 2) break;
            const first = at % (depth - 1);
            const count = 2 + (more % (depth - first - 1));
            await world.merge(first, count);
            depth -= count - 1;
            expect(await world.run([])).toEqual(await twin.run([]));
            expect((await diffTree(jobs, world.view)).digest).toBe((await diffTree(jobs, twin.view)).digest);
          }
          // A run goes on on both alike.
          expect(await world.run(later)).toEqual(await twin.run(later));
          await world.checkpoint();
          await twin.checkpoint();
          await world.merge(0, depth + 1);
          expect((await diffTree(jobs, world.view)).digest).toBe((await diffTree(jobs, twin.view)).digest);
        },
      ),
      { numRuns: scale(4) },
    );
  });

  test(verifies('files.merge', 'what changes its kind from layer to layer, and what has a strange name'), async () => {
    for (const [first, count] of [
      [0, 2],
      [1, 2],
      [2, 2],
      [1, 3],
      [0, 4],
    ] as const) {
      await using world = await worldOf(account, person);
      for (const operations of rounds) {
        await world.run(operations);
        await world.checkpoint();
      }
      const [seen, { digest }] = [await world.run([]), await diffTree(jobs, world.view)];
      await world.merge(first, count);
      expect(await world.run([])).toEqual(seen);
      expect((await diffTree(jobs, world.view)).digest).toBe(digest);
      expect(await world.taskFolder()).toEqual({
        deep: 'd 0755 ',
        'deep/person': 'f 0644 p',
        folder: 'd 0755 ',
        'folder/person': 'f 0644 p',
        kept: 'f 0644 k',
      });
    }
  });

  test(verifies('files.merge', 'files are not copied, and folders keep mode, time and attributes'), async () => {
    await using world = await worldOf(account);
    await world.run([
      ['mkdir', 'both'],
      ['write', 'both/a', '', 'a'],
      ['link', 'both/a', 'both/b'],
      ['mkdir', 'old'],
      ['attribute', 'old', 'user.note', 'kept'],
    ]);
    const old = new Date('2001-02-03T04:05:06Z');
    await utimes(join(world.upper, 'old'), old, old);
    await chmod(join(world.upper, 'old'), 0o2750);
    await world.checkpoint();
    await world.run([
      ['chmod', 'both', '', '510'],
      ['write', 'new', '', 'n'],
    ]);
    await world.checkpoint();
    await world.merge(0, 2);
    const [merged, first] = [join(world.pool, '2'), join(world.pool, '0')];
    const inode = async (path: string): Promise<number> => (await stat(path)).ino;
    expect(await inode(join(merged, 'both/a'))).toBe(await inode(join(first, 'both/a')));
    expect(await inode(join(merged, 'both/b'))).toBe(await inode(join(first, 'both/a')));
    expect((await stat(join(merged, 'both'))).mode & 0o7777).toBe(0o510);
    const kept = await stat(join(merged, 'old'));
    expect([kept.mode & 0o7777, kept.mtime]).toEqual([(await stat(join(first, 'old'))).mode & 0o7777, old]);
    expect((await readdir(merged)).toSorted()).toEqual(['both', 'new', 'old']);
    expect((await lstat(join(merged, 'both/a'))).uid).toBe(account.uid);
  });

  test(verifies('files.merge-whole', 'a merge that is killed or fails anywhere changes nothing of what was'), {
    timeout: 300_000,
  }, async () => {
    let broken = 0;
    // In one of every day each of the two takes its share of the points.
    const stride = scale(1) > 1 ? 1 : 7;
    for (const [begin, variable] of ['TREE_KILL_AT', 'TREE_FAIL_AT'].entries()) {
      await using world = await worldOf(account, person);
      for (const operations of rounds) {
        await world.run(operations);
        await world.checkpoint();
      }
      const [seen, { digest }] = [await world.run([]), await diffTree(jobs, world.view)];
      for (let at = 1 + begin; ; at += stride) {
        let hasBroken = true;
        const breaking = processJobs(account, programs.crashingTree, { [variable]: String(at) });
        const job: TreeJobs['job'] = async (argv, stdin) => {
          const result = await breaking.job(argv, stdin);
          hasBroken = !result.stderr.includes('unbroken');
          return result;
        };
        const isDone = await world.merge(0, rounds.length, { job }).then(
          () => true,
          () => false,
        );
        expect(isDone).toBe(!hasBroken);
        expect(await world.run([])).toEqual(seen);
        expect((await diffTree(jobs, world.view)).digest).toBe(digest);
        if (!hasBroken) break;
        broken++;
      }
    }
    expect(broken).toBeGreaterThan(3);
  });
});
