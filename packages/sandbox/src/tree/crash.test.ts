import { makeTemporaryFolder, scale, verifies } from '@clawhold/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { diffTree } from './diff.ts';
import { keepChanges } from './keep.ts';
import { testAccounts } from './testing/accounts.ts';
import { processJobs } from './testing/process.ts';
import { buildTreePrograms } from './testing/programs.ts';
import { type Operation, type Snapshot, World } from './testing/world.ts';
import type { TreeJobs } from './tree-jobs.ts';
import { recoverChanges, undoChanges } from './undo.ts';

const parent = await makeTemporaryFolder({ mode: 0o711 });
const programs = await buildTreePrograms(parent.path);
afterAll(() => parent[Symbol.asyncDispose]());

/** Every kind of step: new, replaced, deleted, re-moded, file to folder, folder to file, link, in a closed folder. */
const person: readonly Operation[] = [
  ['write', 'replaced', '', 'old'],
  ['write', 'deleted', '', 'old'],
  ['write', 'moded', '', 'old'],
  ['write', 'to-folder', '', 'old'],
  ['mkdir', 'to-file'],
  ['write', 'to-file/inside', '', 'old'],
  ['symlink', 'link', '', 'replaced'],
  ['mkdir', 'gone'],
  ['mkdir', 'gone/deeper'],
  ['write', 'gone/deeper/file', '', 'old'],
  ['mkdir', 'closed'],
  ['write', 'closed/file', '', 'old'],
  ['chmod', 'closed', '', '500'],
];
const run: readonly Operation[] = [
  ['write', 'replaced', '', 'new'],
  ['remove', 'deleted'],
  ['chmod', 'moded', '', '755'],
  ['remove', 'to-folder'],
  ['mkdir', 'to-folder'],
  ['write', 'to-folder/inside', '', 'new'],
  ['delete-tree', 'to-file'],
  ['write', 'to-file', '', 'new'],
  ['remove', 'link'],
  ['symlink', 'link', '', 'moded'],
  ['delete-tree', 'gone'],
  ['mkdir', 'fresh'],
  ['write', 'fresh/file', '', 'new'],
  ['chmod', 'fresh', '', '555'],
  ['chmod', 'closed', '', '700'],
  ['write', 'closed/file', '', 'new'],
  ['chmod', 'closed', '', '500'],
];

/** A snapshot without what a keep or undo left to be tidied up. */
function withoutStaging(snapshot: Snapshot): Snapshot {
  return Object.fromEntries(Object.entries(snapshot).filter(([path]) => !path.startsWith('.clawhold-')));
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

describe.each(await testAccounts())('as $title', (account) => {
  const jobs = processJobs(account, programs.tree);

  interface Story {
    readonly world: World;
    readonly original: Snapshot;
    readonly seen: Snapshot;
    keep(tree: TreeJobs): Promise<unknown>;
  }

  async function tell(): Promise<Story> {
    const world = await World.make(account, programs, parent.path, person);
    const original = await world.taskFolder();
    const seen = await world.run(run);
    const shown = await diffTree(jobs, world.view);
    return {
      world,
      original,
      seen,
      keep: (tree) => keepChanges(tree, world.view, { id: 'k', shown, paths: null }),
    };
  }

  /** Breaks a job at one change of the disk after the other until it gets through; answers how often it broke. */
  async function breakEverywhere(
    variable: 'TREE_KILL_AT' | 'TREE_FAIL_AT',
    scene: (story: Story, breaking: TreeJobs) => Promise<void>,
  ): Promise<number> {
    // Every point is reached in the long run; in one of every day each account takes its share of them.
    let broken = 0;
    const stride = scale(1) > 1 ? 1 : 13;
    for (let at = account.uid === 0 || stride === 1 ? 1 : 3; ; at += stride) {
      const story = await tell();
      await using _world = story.world;
      const breaking = processJobs(account, programs.crashingTree, { [variable]: String(at) });
      let hasBroken = true;
      await scene(story, {
        job: async (argv, stdin) => {
          const result = await breaking.job(argv, stdin);
          hasBroken = !result.stderr.includes('unbroken');
          return result;
        },
      });
      if (!hasBroken) return broken;
      broken++;
    }
  }

  test(verifies('files.crash-safe', 'a keep killed anywhere is finished or taken back'), {
    timeout: 600_000,
  }, async () => {
    const ends = { kept: 0, original: 0 };
    const kills = await breakEverywhere('TREE_KILL_AT', async ({ world, original, seen, keep }, killed) => {
      if (await succeeds(keep(killed))) return;
      await recoverChanges(jobs, world.view);
      const now = await world.taskFolder();
      const isKept = JSON.stringify(now) === JSON.stringify(seen);
      if (!isKept) expect(now).toEqual(original);
      ends[isKept ? 'kept' : 'original']++;
      // Whichever end it was, asking again completes it, and an undo leads back.
      expect(await keep(jobs)).toMatchObject({ applied: true });
      expect(await world.taskFolder()).toEqual(seen);
      await undoChanges(jobs, world.view, { id: 'k' });
      expect(await world.taskFolder()).toEqual(original);
    });
    expect(kills).toBe(ends.kept + ends.original);
    expect(ends.kept).toBeGreaterThan(0);
    expect(ends.original).toBeGreaterThan(0);
  });

  test(verifies('files.crash-safe', 'an undo killed anywhere is finished or taken back'), {
    timeout: 600_000,
  }, async () => {
    const kills = await breakEverywhere('TREE_KILL_AT', async ({ world, original, seen, keep }, killed) => {
      await keep(jobs);
      if (await succeeds(undoChanges(killed, world.view, { id: 'k' }))) return;
      await recoverChanges(jobs, world.view);
      const now = await world.taskFolder();
      if (JSON.stringify(now) !== JSON.stringify(seen)) expect(now).toEqual(original);
      expect(await undoChanges(jobs, world.view, { id: 'k' })).toMatchObject({ applied: true });
      expect(await world.taskFolder()).toEqual(original);
    });
    expect(kills).toBeGreaterThan(2);
  });

  test(verifies('files.crash-safe', 'a recovery that is killed too changes nothing about that'), {
    timeout: 600_000,
  }, async () => {
    let twice = 0;
    for (let at = 1; at < 160; at += 29) {
      const { world, original, seen, keep } = await tell();
      await using _world = world;
      await keep(processJobs(account, programs.crashingTree, { TREE_KILL_AT: String(at) })).catch(() => undefined);
      for (let again = 1; again < 40; again += 4) {
        const killed = processJobs(account, programs.crashingTree, { TREE_KILL_AT: String(again) });
        if (await succeeds(recoverChanges(killed, world.view))) break;
        twice++;
      }
      await recoverChanges(jobs, world.view);
      const now = await world.taskFolder();
      if (JSON.stringify(now) !== JSON.stringify(seen)) expect(now).toEqual(original);
    }
    expect(twice).toBeGreaterThan(2);
  });

  test(verifies('files.full-disk', 'a keep that fails anywhere leaves the folder as it was'), {
    timeout: 600_000,
  }, async () => {
    const failures = await breakEverywhere('TREE_FAIL_AT', async ({ world, original, seen, keep }, failing) => {
      const isKept = await succeeds(keep(failing));
      const now = withoutStaging(await world.taskFolder());
      expect(now).toEqual(isKept ? seen : original);
      expect(await keep(jobs)).toMatchObject({ applied: true });
      expect(await world.taskFolder()).toEqual(seen);
    });
    expect(failures).toBeGreaterThan(2);
  });
});
