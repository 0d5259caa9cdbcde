import { makeTemporaryFolder, scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { diffTree } from './diff.ts';
import { keepChanges } from './keep.ts';
import { testAccounts } from './testing/accounts.ts';
import { personOperations as person, runOperations as run } from './testing/operations.ts';
import { processJobs } from './testing/process.ts';
import { buildTreePrograms } from './testing/programs.ts';
import { World } from './testing/world.ts';
import { undoChanges } from './undo.ts';

const parent = await makeTemporaryFolder({ mode: 0o711 });
const programs = await buildTreePrograms(parent.path);
afterAll(() => parent[Symbol.asyncDispose]());

describe.each(await testAccounts())('as $title', (account) => {
  const jobs = processJobs(account, programs.tree);

  test(verifies('files.diff-is-the-view', 'keeping every change gives exactly what the run saw'), {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(person, run, async (personal, operations) => {
        await using world = await World.make(account, programs, parent.path, personal);
        const seen = await world.run(operations);
        const shown = await diffTree(jobs, world.view);
        const result = await keepChanges(jobs, world.view, { id: 'k', shown, paths: null });
        expect(result.outcomes.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
        expect(await world.taskFolder()).toEqual(seen);
        expect((await diffTree(jobs, world.view)).changes).toEqual([]);
      }),
      { numRuns: scale(25) },
    );
  });

  test(verifies('files.undo-is-exact', 'undo gives back the tree as it was'), { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(person, run, async (personal, operations) => {
        await using world = await World.make(account, programs, parent.path, personal);
        const original = await world.taskFolder();
        await world.run(operations);
        const shown = await diffTree(jobs, world.view);
        fc.pre(shown.changes.length > 0);
        await keepChanges(jobs, world.view, { id: 'k', shown, paths: null });
        const undone = await undoChanges(jobs, world.view, { id: 'k' });
        expect(undone.applied).toBe(true);
        expect(await world.taskFolder()).toEqual(original);
        // And the person may change their mind: what undo put back is not a change of theirs.
        const again = await diffTree(jobs, world.view);
        expect(again.digest).toBe(shown.digest);
        const kept = await keepChanges(jobs, world.view, { id: 'k2', shown: again, paths: null });
        expect(kept.outcomes.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
      }),
      { numRuns: scale(15) },
    );
  });

  test(verifies('files.diff-is-the-view', 'keeping some changes leaves the others to be kept later'), {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(person, run, fc.infiniteStream(fc.boolean()), async (personal, operations, choices) => {
        await using world = await World.make(account, programs, parent.path, personal);
        const seen = await world.run(operations);
        const shown = await diffTree(jobs, world.view);
        const paths = shown.changes.filter(() => choices.next().value === true).map(({ path: chosen }) => chosen);
        await keepChanges(jobs, world.view, { id: 'some', shown, paths, skipConflicts: true });
        const rest = await diffTree(jobs, world.view);
        const result = await keepChanges(jobs, world.view, { id: 'rest', shown: rest, paths: null });
        expect(result.outcomes.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
        expect(await world.taskFolder()).toEqual(seen);
      }),
      { numRuns: scale(15) },
    );
  });
});
