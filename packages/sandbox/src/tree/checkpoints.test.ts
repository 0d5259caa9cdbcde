import { makeTemporaryFolder, scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { diffTree, diffViews } from './diff.ts';
import { keepChanges } from './keep.ts';
import { readChange } from './read-change.ts';
import { hasNewChanges, sealChanges } from './seal.ts';
import { testAccounts } from './testing/accounts.ts';
import { folderOperations, personOperations, runOperations } from './testing/operations.ts';
import { processJobs } from './testing/process.ts';
import { buildTreePrograms } from './testing/programs.ts';
import { type Operation, type Snapshot, World } from './testing/world.ts';
import type { TreeJobs } from './tree-jobs.ts';

const parent = await makeTemporaryFolder({ mode: 0o711 });
const programs = await buildTreePrograms(parent.path);
afterAll(() => parent[Symbol.asyncDispose]());

/** The paths at which two trees differ. */
function differing(one: Snapshot, other: Snapshot): readonly string[] {
  const paths = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...paths].filter((path) => one[path] !== other[path]).toSorted();
}

describe.each(await testAccounts())('as $title', (account) => {
  const jobs = processJobs(account, programs.tree);

  test(verifies('files.checkpoint-diff', 'between any two checkpoints the list is what the kernel shows at them'), {
    timeout: 120_000,
  }, async () => {
    const rounds = fc.array(runOperations, { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(personOperations, rounds, async (personal, acts) => {
        await using world = await World.make(account, programs, parent.path, personal);
        const seen: Snapshot[] = [await world.taskFolder()];
        for (const operations of acts) {
          seen.push(await world.run(operations));
          await world.checkpoint();
        }
        const last = acts.length;
        for (const [from, to] of [
          [0, last],
          [1, last],
          [last, 1],
          [1, 2],
          [0, 1],
        ] as const) {
          const { changes } = await diffViews(jobs, world.at(from), world.at(to));
          expect(changes.map(({ path }) => path).toSorted()).toEqual(differing(seen[from] ?? {}, seen[to] ?? {}));
          // Path by path it is the same, and what did not change is not in it.
          const only = [...new Set(seen.flatMap((at) => Object.keys(at)))].map((path) => Buffer.from(path, 'latin1'));
          const some = await diffViews(jobs, world.at(from), world.at(to), { only });
          expect(some.changes).toEqual(changes);
        }
        const shown = await diffTree(jobs, world.view);
        const result = await keepChanges(jobs, world.view, { id: 'k', shown, paths: null });
        expect(result.outcomes.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
        expect(await world.taskFolder()).toEqual(seen[last]);
      }),
      { numRuns: scale(12) },
    );
  });

  test(verifies('files.checkpoint-diff', 'both sides of a change are read as they were'), async () => {
    await using world = await World.make(account, programs, parent.path, [
      ...folderOperations,
      ['write', 'b/c', '', 'person'],
    ]);
    const rounds: readonly (readonly Operation[])[] = [
      [['write', 'b/c', '', 'first']],
      [
        ['delete-tree', 'b'],
        ['mkdir', 'b'],
        ['write', 'b/new', '', 'second'],
      ],
      [['write', 'b/c', '', 'third']],
    ];
    for (const operations of rounds) {
      expect(await hasNewChanges(jobs, world.view)).toBe(false);
      await world.run(operations);
      expect(await hasNewChanges(jobs, world.view)).toBe(true);
      await world.checkpoint();
    }
    const content = async (from: number, to: number, path: string, change: string): Promise<unknown> => {
      const sides = await readChange(
        jobs,
        world.at(to),
        { path, pathEncoding: 'utf-8', change },
        { from: world.at(from) },
      );
      return [sides.before?.toString(), sides.after?.toString()];
    };
    expect(await content(0, 1, 'b/c', 'modified')).toEqual(['person', 'first']);
    expect(await content(1, 3, 'b/c', 'modified')).toEqual(['first', 'third']);
    expect(await content(1, 2, 'b/c', 'modified')).toEqual(['first', undefined]);
    expect(await content(2, 3, 'b/new', 'modified')).toEqual(['second', 'second']);
  });

  test(verifies('files.checkpoint-whole', 'a checkpoint that is killed anywhere is there or not, and never half'), {
    timeout: 120_000,
  }, async () => {
    for (let at = 1; ; at++) {
      let isBroken = true;
      const breaking = processJobs(account, programs.crashingTree, { TREE_KILL_AT: String(at) });
      await using world = await World.make(account, programs, parent.path, [['write', 'a', '', 'old']]);
      const seen = await world.run([
        ['write', 'a', '', 'new'],
        ['write', 'b', '', 'more'],
      ]);
      const job: TreeJobs['job'] = async (argv, stdin) => {
        const result = await breaking.job(argv, stdin);
        isBroken = !result.stderr.includes('unbroken');
        return result;
      };
      await sealChanges({ job }, world.view, world.pool, '0').catch(() => undefined);
      // Asked again it is finished, whatever was done.
      await world.checkpoint();
      expect(await world.run([])).toEqual(seen);
      expect(await hasNewChanges(jobs, world.view)).toBe(false);
      expect(await world.taskFolder()).toEqual({ a: 'f 0644 old' });
      if (!isBroken) break;
      expect(at).toBeLessThan(20);
    }
  });
});
