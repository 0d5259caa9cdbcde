import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { scale, verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { diffTree } from './diff.ts';
import { discardChanges, sweepTrash } from './discard.ts';
import { testAccounts } from './testing/accounts.ts';
import { processJobs } from './testing/process.ts';
import { makeStage } from './testing/stage.ts';

const stage = await makeStage();

describe.each(await testAccounts())('as $title', (account) => {
  const jobs = stage.jobs(account);

  test(
    verifies('files.discard', 'after discard there are no changes, nothing on the disk, and the folder is untouched'),
    async () => {
      await using world = await stage.world(account, [['write', 'file', '', 'mine']]);
      const before = await world.taskFolder();
      await world.run([
        ['write', 'file', '', 'its'],
        ['mkdir', 'closed'],
        ['write', 'closed/in', '', 'x'],
        ['symlink', 'link', '', '/etc'],
        ['fifo', 'pipe'],
        ['nest', 'n'.repeat(200), '', '400'],
        ['chmod', 'closed', '', '500'],
      ]);
      const { mode } = await stat(world.upper);
      const { swept } = await discardChanges(jobs, world.view);
      expect((await diffTree(jobs, world.view)).changes).toEqual([]);
      expect((await stat(world.upper)).mode).toBe(mode);
      await swept;
      expect(await readdir(join(world.view.storage, 'trash'))).toEqual([]);
      expect(await world.taskFolder()).toEqual(before);
    },
  );

  test(verifies('files.discard', 'a sweep that is killed is finished by the next one'), async () => {
    await using world = await stage.world(account);
    await world.run([
      ['nest', 'deep', '', '50'],
      ['files', 'wide', '', '50'],
    ]);
    const killed = processJobs(account, stage.programs.crashingTree, { TREE_KILL_AT: '40' });
    const { swept } = await discardChanges(killed, world.view);
    await expect(swept).rejects.toMatchObject({ code: 'files_killed' });
    expect(await readdir(join(world.view.storage, 'trash'))).not.toEqual([]);
    await sweepTrash(jobs, world.view);
    expect(await readdir(join(world.view.storage, 'trash'))).toEqual([]);
  });

  test(verifies(
    'files.bounded',
    'a wide and a deep folder are listed and swept with few descriptors and little memory',
  ), {
    timeout: 120_000,
  }, async () => {
    await using world = await stage.world(account);
    const count = scale(5_000);
    const depth = 300;
    await world.run([
      ['files', 'wide', '', String(count)],
      ['nest', 'deep', '', String(depth)],
    ]);
    const limited = {
      job: (argv: string[], stdin?: Uint8Array) =>
        processJobs(account, '/bin/sh').job(
          ['-c', 'ulimit -n 100; ulimit -v 16384; exec "$0" "$@"', stage.programs.tree, ...argv],
          stdin,
        ),
    };
    expect((await diffTree(limited, world.view)).changes).toHaveLength(count + 1 + depth + 1);
    await (await discardChanges(limited, world.view)).swept;
    expect(await readdir(join(world.view.storage, 'trash'))).toEqual([]);
  });

  test(verifies('files.never-cut', 'too many changes are an error, and can be discarded'), async () => {
    await using world = await stage.world(account);
    await world.run([['files', 'wide', '', '100']]);
    const bounded = processJobs(account, stage.programs.boundedTree);
    await expect(diffTree(bounded, world.view)).rejects.toMatchObject({
      code: 'files_too_many',
      hint: expect.stringContaining('Discard'),
    });
    await (await discardChanges(bounded, world.view)).swept;
    expect((await diffTree(bounded, world.view)).changes).toEqual([]);
  });
});
