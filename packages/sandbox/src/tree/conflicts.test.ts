import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { diffTree } from './diff.ts';
import { keepChanges } from './keep.ts';
import { testAccounts } from './testing/accounts.ts';
import { makeStage } from './testing/stage.ts';
import type { Operation } from './testing/world.ts';
import { undoChanges } from './undo.ts';

const stage = await makeStage();
const person: readonly Operation[] = [
  ['write', 'report', '', 'mine'],
  ['write', 'other', '', 'mine'],
  ['mkdir', 'folder'],
  ['write', 'folder/file', '', 'mine'],
  ['mkdir', 'twin'],
  ['write', 'twin/file', '', 'mine'],
];

describe.each(await testAccounts())('as $title', (account) => {
  const jobs = stage.jobs(account);

  /** The run does something, perhaps the person too, then everything that is shown is kept. */
  async function keepAfter(
    run: readonly Operation[],
    personMeanwhile: readonly Operation[],
    personAfterShown: readonly Operation[] = [],
    runAfterShown: readonly Operation[] = [],
  ) {
    const world = await stage.world(account, person);
    await world.run(run);
    await world.person(personMeanwhile);
    const shown = await diffTree(jobs, world.view);
    await world.person(personAfterShown);
    await world.run(runAfterShown);
    const before = await world.taskFolder();
    const result = await keepChanges(jobs, world.view, { id: 'k', shown, paths: null });
    return { world, shown, before, result, after: await world.taskFolder() };
  }

  test.each<[string, readonly Operation[], readonly Operation[]]>([
    ['a file both wrote', [['write', 'report', '', 'its']], [['write', 'report', '', 'mine, later']]],
    ['a file the person only touched', [['write', 'report', '', 'its']], [['chmod', 'report', '', '644']]],
    ['a file the run deleted and the person wrote', [['remove', 'report']], [['write', 'report', '', 'later']]],
    ['a file that the person replaced by a rename', [['write', 'report', '', 'its']], [['rename', 'other', 'report']]],
    ['a file in a folder the run deleted', [['delete-tree', 'folder']], [['write', 'folder/file', '', 'later']]],
    ['a file both made', [['write', 'new', '', 'its']], [['write', 'new', '', 'mine']]],
    [
      'a folder the run made a file of',
      [
        ['delete-tree', 'folder'],
        ['write', 'folder', '', 'x'],
      ],
      [['write', 'folder/file', '', 'later']],
    ],
  ])(verifies('files.no-silent-overwrite', '%s is a conflict and stays'), async (_title, run, meanwhile) => {
    const { world, result, before, after } = await keepAfter(run, meanwhile);
    await using _world = world;
    expect(result.applied).toBe(false);
    expect(result.outcomes.map(({ outcome }) => outcome)).toContain('conflict');
    expect(after).toEqual(before);
  });

  test.each<[string, readonly Operation[], readonly Operation[]]>([
    ['wrote the file', [['write', 'report', '', 'its']], [['write', 'report', '', 'later']]],
    ['made the same new file', [['write', 'new', '', 'its']], [['write', 'new', '', 'mine']]],
    ['changed the mode of the same folder', [['chmod', 'folder', '', '700']], [['chmod', 'folder', '', '750']]],
    ['put a file into the folder that goes', [['delete-tree', 'folder']], [['write', 'folder/precious', '', 'mine']]],
    ['removed the folder above', [['write', 'folder/new', '', 'its']], [['delete-tree', 'folder']]],
    [
      'put a link in the place of the folder',
      [['write', 'folder/new', '', 'its']],
      [
        ['delete-tree', 'folder'],
        ['symlink', 'folder', '', '/tmp'],
      ],
    ],
  ])(
    verifies('files.keep-what-was-shown', 'nothing is kept when the person %s after it was shown'),
    async (_title, run, later) => {
      const { world, result, before, after } = await keepAfter(run, [], later);
      await using _world = world;
      expect(result.applied).toBe(false);
      expect(after).toEqual(before);
    },
  );

  test.each<[string, Operation]>([
    ['content', ['write', 'report', '', 'evil']],
    ['mode', ['chmod', 'report', '', '755']],
    ['type', ['remove', 'report']],
  ])(
    verifies('files.keep-what-was-shown', 'nothing is kept when the run changed the %s after it was shown'),
    async (_title, later) => {
      const { world, result, before, after } = await keepAfter([['write', 'report', '', 'its']], [], [], [later]);
      await using _world = world;
      expect(result.applied).toBe(false);
      expect(result.outcomes).toMatchObject([{ path: 'report', outcome: 'refused' }]);
      expect(after).toEqual(before);
    },
  );

  test(
    verifies('files.no-silent-overwrite', 'skipping conflicts keeps the rest and leaves what conflicts'),
    async () => {
      await using world = await stage.world(account, person);
      await world.run([
        ['write', 'report', '', 'its'],
        ['write', 'other', '', 'its'],
        ['write', 'new/deep/file', '', 'no folder'],
        ['mkdir', 'fresh'],
        ['write', 'fresh/file', '', 'its'],
      ]);
      await world.person([['write', 'report', '', 'later']]);
      const shown = await diffTree(jobs, world.view);
      const result = await keepChanges(jobs, world.view, { id: 'k', shown, paths: null, skipConflicts: true });
      expect(result.applied).toBe(true);
      expect(await world.taskFolder()).toMatchObject({
        report: 'f 0644 later',
        other: 'f 0644 its',
        'fresh/file': 'f 0644 its',
      });
      await undoChanges(jobs, world.view, { id: 'k' });
      expect(await world.taskFolder()).toMatchObject({ report: 'f 0644 later', other: 'f 0644 mine' });
    },
  );

  test('what the person did before the run, and to files of no interest to it, is no conflict', async () => {
    const { world, result } = await keepAfter(
      [['write', 'folder/file', '', 'its']],
      [
        ['write', 'report', '', 'later'],
        ['write', 'folder/neighbour', '', 'mine'],
      ],
    );
    await using _world = world;
    expect(result).toEqual({
      applied: true,
      outcomes: [{ path: 'folder/file', outcome: 'applied', explanation: null }],
    });
  });

  test(verifies('files.no-silent-overwrite', 'another folder moved into the place of one is a conflict'), async () => {
    // Its file is as old as the run's and reads the same: only the folder tells.
    const { world, result, before, after } = await keepAfter(
      [['write', 'folder/file', '', 'its']],
      [
        ['rename', 'folder', 'mine'],
        ['rename', 'twin', 'folder'],
      ],
    );
    await using _world = world;
    expect(result).toMatchObject({ applied: false, outcomes: [{ path: 'folder/file', outcome: 'conflict' }] });
    expect(after).toEqual(before);
  });

  test('what an earlier keep did to a folder is no conflict for what is in it', async () => {
    await using world = await stage.world(account, person);
    const seen = await world.run([
      ['chmod', 'folder', '', '700'],
      ['write', 'folder/file', '', 'its'],
    ]);
    for (const path of ['folder', 'folder/file']) {
      const shown = await diffTree(jobs, world.view);
      const result = await keepChanges(jobs, world.view, { id: path.replace('/', '-'), shown, paths: [path] });
      expect(result.applied).toBe(true);
    }
    expect(await world.taskFolder()).toEqual(seen);
  });

  test(verifies('files.undo-conflicts', 'undo stops at what the person changed since, or goes round it'), async () => {
    const { world } = await keepAfter(
      [
        ['write', 'report', '', 'its'],
        ['write', 'other', '', 'its'],
        ['mkdir', 'fresh'],
      ],
      [],
    );
    await using _world = world;
    await world.person([
      ['write', 'report', '', 'edited'],
      ['write', 'fresh/precious', '', 'mine'],
    ]);
    const edited = await world.taskFolder();
    expect(await undoChanges(jobs, world.view, { id: 'k' })).toMatchObject({ applied: false });
    expect(await world.taskFolder()).toEqual(edited);
    const result = await undoChanges(jobs, world.view, { id: 'k', skipConflicts: true });
    expect(result.outcomes.map(({ path, outcome }) => `${path} ${outcome}`)).toEqual([
      'fresh conflict',
      'other applied',
      'report conflict',
    ]);
    expect(await world.taskFolder()).toEqual({ ...edited, other: 'f 0644 mine' });
    expect(await undoChanges(jobs, world.view, { id: 'k' })).toMatchObject({ applied: true });
  });

  test('undo of what was never kept, and a path that was never shown, are refused with a sentence', async () => {
    await using world = await stage.world(account, person);
    await world.run([['write', 'report', '', 'its']]);
    const shown = await diffTree(jobs, world.view);
    await expect(undoChanges(jobs, world.view, { id: 'never' })).rejects.toMatchObject({ code: expect.any(String) });
    await expect(keepChanges(jobs, world.view, { id: 'k', shown, paths: ['other'] })).rejects.toMatchObject({
      code: 'input_file_selection',
    });
    await expect(keepChanges(jobs, world.view, { id: '../k', shown, paths: null })).rejects.toThrow();
    for (const path of ['../x', '/etc/x', 'a//b', './a', 'a/../b']) {
      const forged = { digest: shown.digest, changes: shown.changes.map((change) => ({ ...change, path })) };
      await expect(keepChanges(jobs, world.view, { id: 'k', shown: forged, paths: null })).rejects.toMatchObject({
        code: 'input_file_selection',
      });
    }
  });

  test('another folder in the place of the task folder is refused', async () => {
    await using world = await stage.world(account, person);
    await world.run([['write', 'report', '', 'its']]);
    const shown = await diffTree(jobs, world.view);
    await using impostor = await stage.world(account, person);
    const view = { ...world.view, taskFolder: impostor.view.taskFolder };
    await expect(keepChanges(jobs, view, { id: 'k', shown, paths: null })).rejects.toMatchObject({
      code: 'files_replaced',
    });
  });

  test(verifies('files.one-at-a-time', 'while another process keeps or undoes, both are refused'), async () => {
    await using world = await stage.world(account, person);
    await world.run([['write', 'report', '', 'its']]);
    const shown = await diffTree(jobs, world.view);
    const holder = spawn('/usr/bin/flock', [world.view.taskFolder, '/bin/sh', '-c', 'echo held; exec cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    const busy = { code: 'state_files_busy' };
    await expect(keepChanges(jobs, world.view, { id: 'k', shown, paths: null })).rejects.toMatchObject(busy);
    holder.stdin.end();
    await once(holder, 'close');
    expect(await keepChanges(jobs, world.view, { id: 'k', shown, paths: null })).toMatchObject({ applied: true });
  });
});
