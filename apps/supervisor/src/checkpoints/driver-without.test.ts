import { findEngine } from '@clawhold/spec/sandbox-drivers';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { startScene } from '../testing/scene.ts';

test.skipIf(findEngine('bubblewrap') === undefined)(
  verifies(
    'sandbox-drivers.abilities',
    'checkpoints of a run whose driver takes none are refused by name while it lives; its steps go on, and all else works',
  ),
  { timeout: 60_000 },
  async () => {
    const scene = await startScene({ 'old.txt': 'old' }, '', '', 'bubblewrap');
    const { ask, run, plane } = scene;
    const sh = (command: string) => scene.call('shell.exec', { command });
    await scene.open();
    expect(plane.events).toContainEqual(expect.objectContaining({ type: 'sandbox.started' }));
    expect(await sh('echo one >a.txt; rm old.txt')).toMatchObject({ outcome: { kind: 'done' } });
    const refusal = { code: 'state_driver_without_checkpoints', message: expect.stringContaining('bubblewrap') };
    await expect(ask('takeCheckpoint', { run, name: 'x' })).rejects.toMatchObject(refusal);
    expect(await sh('cat a.txt')).toMatchObject({ outcome: { kind: 'done', output: 'one' } });
    expect((await ask('listCheckpoints', { run })).checkpoints).toEqual([]);

    await ask('closeSandbox', { run });
    const { digest, changes } = await ask('listChanges', { run });
    expect(changes.map(({ change, path }) => `${change} ${path}`).toSorted()).toEqual([
      'added a.txt',
      'deleted old.txt',
    ]);
    expect(await ask('takeCheckpoint', { run, name: 'after' })).toMatchObject({
      number: 1,
      name: 'after',
    });
    expect((await ask('keep', { run, digest, paths: null, skipConflicts: false })).applied).toBe(true);
  },
);
