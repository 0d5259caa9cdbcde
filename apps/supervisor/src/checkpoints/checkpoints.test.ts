import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunId, StepOutcome } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 120_000 });

async function sh({ call }: Pick<Scene, 'call'>, command: string): Promise<string> {
  const { outcome } = await call('shell.exec', { command });
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.output.trim();
}

async function paths({ ask }: Scene, run: RunId, between: { from?: string; to?: string } = {}): Promise<string[]> {
  const { changes } = await ask('listChanges', { run, ...between });
  return changes.map(({ change, path }) => `${change} ${path}`).toSorted();
}

test(
  verifies(
    'files.checkpoints',
    'a run is looked at, taken back and taken forward by its checkpoints, as it lives and after its end',
  ),
  async () => {
    const scene = await startScene({ 'old.txt': 'old' });
    const { ask, run, plane } = scene;
    await scene.open();
    await sh(scene, 'echo one >a.txt; rm old.txt; echo kept >/tmp/note');
    const first = await ask('takeCheckpoint', { run, name: 'first' });
    expect(await sh(scene, 'echo two >a.txt; echo b >b.txt; cat /tmp/note')).toContain('kept');
    // Each command had one before it, and nothing is told twice.
    const { checkpoints } = await ask('listCheckpoints', { run });
    expect(checkpoints.map(({ number, name, step }) => [number, name, step !== null])).toEqual([
      [1, null, true],
      [2, 'first', false],
    ]);
    const told = plane.events.filter(({ type }) => type === 'step.intended').map(({ body }) => body);
    expect(told).toEqual([expect.objectContaining({ checkpoint: 1 }), expect.objectContaining({ checkpoint: 2 })]);
    expect(plane.timeline).toContainEqual({ kind: 'checkpoint', checkpoint: checkpoints[0] });

    expect(await paths(scene, run)).toEqual(['added a.txt', 'added b.txt', 'deleted old.txt']);
    expect(await paths(scene, run, { from: 'first' })).toEqual(['added b.txt', 'modified a.txt']);
    expect(await paths(scene, run, { from: '1', to: '2' })).toEqual(['added a.txt', 'deleted old.txt']);
    const text = await ask('readChange', { run, path: 'a.txt', from: 'first' });
    expect([text.before, text.after].map((side) => Buffer.from(side ?? '', 'base64').toString())).toEqual([
      'one\n',
      'two\n',
    ]);

    const back = await ask('restoreCheckpoint', { run, to: 'first' });
    expect(back).toMatchObject({ checkpoint: first, left: { number: 3, name: null, step: null } });
    expect(await sh(scene, 'cat a.txt; ls')).toBe('one\na.txt');
    await ask('closeSandbox', { run });
    await ask('restoreCheckpoint', { run, to: '3' });
    expect(await paths(scene, run)).toEqual(['added a.txt', 'added b.txt', 'deleted old.txt']);
    // Another process, another sandbox: the same files.
    await scene.restart();
    await scene.open();
    expect(await sh(scene, 'cat a.txt; ls')).toBe('two\na.txt\nb.txt');
    await ask('closeSandbox', { run });
    const { digest } = await ask('listChanges', { run });
    expect((await ask('keep', { run, digest, paths: null, skipConflicts: false })).applied).toBe(true);
    expect(await readFile(join(scene.taskFolder, 'a.txt'), 'utf8')).toBe('two\n');
    expect((await readdir(scene.taskFolder)).toSorted()).toEqual(['a.txt', 'b.txt']);
  },
);

test(verifies('files.checkpoints', 'what is in the way of a checkpoint is said, and the run goes on'), async () => {
  const scene = await startScene({ 'old.txt': 'old' });
  const { ask, run } = scene;
  await expect(ask('takeCheckpoint', { run, name: null })).rejects.toMatchObject({ code: 'state_no_files' });
  await scene.open();
  await sh(scene, 'echo 1 >a.txt; sleep 1000 >/dev/null 2>&1 & echo $! >/tmp/pid');
  await expect(ask('takeCheckpoint', { run, name: 'x' })).rejects.toMatchObject({ code: 'state_programs_running' });
  await expect(ask('restoreCheckpoint', { run, to: '1' })).rejects.toMatchObject({ code: 'state_programs_running' });
  await expect(ask('restoreCheckpoint', { run, to: 'none' })).rejects.toMatchObject({
    code: 'state_no_such_checkpoint',
  });
  // Commands go on without one of their own: the ledger says so of each, the timeline once.
  await sh(scene, 'true');
  expect(await sh(scene, 'cat a.txt; kill $(cat /tmp/pid)')).toBe('1');
  expect(scene.plane.events.findLast(({ type }) => type === 'step.intended')?.body).toMatchObject({ checkpoint: null });
  expect(scene.plane.timeline.filter(({ kind }) => kind === 'note')).toEqual([
    { kind: 'note', level: 'warning', text: expect.stringContaining('without a checkpoint') },
  ]);
  await vi.waitFor(() => ask('takeCheckpoint', { run, name: 'x' }));
  await expect(ask('takeCheckpoint', { run, name: 'x' })).rejects.toMatchObject({
    code: 'state_checkpoint_name_taken',
  });
  // A command that waits for nobody: the view is not moved beneath it.
  const slow = sh(scene, 'sleep 2; echo 2 >b.txt; cat b.txt');
  await expect(
    vi.waitFor(
      () =>
        ask('restoreCheckpoint', { run, to: 'x' }).then(
          () => Promise.reject(new Error('it moved')),
          (error) => error,
        ),
      { interval: 20 },
    ),
  ).resolves.toMatchObject({ code: 'state_step_at_work' });
  expect(await slow).toBe('2');
});

test(verifies('files.fork', 'a fork begins at a checkpoint, and neither sees what the other does later'), async () => {
  const scene = await startScene({ 'old.txt': 'old' });
  const { ask, run } = scene;
  await scene.open();
  await sh(scene, 'echo one >a.txt');
  await ask('takeCheckpoint', { run, name: 'here' });
  await sh(scene, 'echo two >a.txt; rm old.txt');
  const fork = scene.another(scene.session);
  await ask('forkRun', { run, as: fork.run, from: 'here' });
  expect(await paths(scene, fork.run)).toEqual(['added a.txt']);
  await fork.open();
  expect(await sh(fork, 'cat a.txt old.txt; echo mine >c.txt; echo fork >a.txt')).toBe('one\nold');
  expect(await sh(scene, 'cat a.txt; ls')).toBe('two\na.txt');
  await sh(scene, 'echo three >d.txt');
  expect(await sh(fork, 'cat a.txt; ls')).toBe('fork\na.txt\nc.txt\nold.txt');
  // The first one goes with all its checkpoints; what the other one has stays.
  await ask('closeSandbox', { run });
  await ask('discard', { run });
  expect(await paths(scene, run)).toEqual([]);
  expect(await sh(fork, 'cat a.txt; ls')).toBe('fork\na.txt\nc.txt\nold.txt');
  await ask('closeSandbox', { run: fork.run });
  await fork.open();
  expect(await sh(fork, 'cat a.txt; ls')).toBe('fork\na.txt\nc.txt\nold.txt');
  await ask('closeSandbox', { run: fork.run });
  expect(await paths(scene, fork.run, { from: 'fork' })).toEqual(['added c.txt', 'modified a.txt']);
  const { digest } = await ask('listChanges', { run: fork.run });
  await ask('keep', { run: fork.run, digest, paths: null, skipConflicts: false });
  expect((await readdir(scene.taskFolder)).toSorted()).toEqual(['a.txt', 'c.txt', 'old.txt']);
  await expect(ask('forkRun', { run: fork.run, as: scene.another().run, from: null })).rejects.toMatchObject({
    code: 'state_files_settled',
  });
});

const secrets = `
tools: [{ match: "*", decision: allow }]
labels: { files: [{ path: "board/**", confidentiality: secret }] }
`;

test(
  verifies('files.fork-labels', 'a fork knows that its files may be secret, in whatever conversation it is opened'),
  async () => {
    const scene = await startScene({ 'board/plan.txt': 'The price is 4,711.' });
    const { ask, run } = scene;
    await ask('publishPolicy', {
      ceiling: 'version: 1\nname: ceiling\n',
      agents: { worker: `version: 1\nname: worker\n${secrets}` },
    });
    await scene.open();
    await scene.call('file.read', { path: 'board/plan.txt' });
    await scene.call('file.write', { path: 'copy.txt', content: 'four thousand seven hundred eleven' });
    await ask('closeSandbox', { run });
    // As if it were another conversation, which has seen nothing.
    const fork = scene.another();
    await ask('forkRun', { run, as: fork.run, from: null });
    await fork.open();
    const { outcome } = await fork.call('file.read', { path: 'copy.txt' });
    expect(labelOf(outcome)).toMatchObject({ integrity: 'external', confidentiality: 'secret' });
    // Kept without another step, its file is still secret to later runs.
    const idle = scene.another();
    await ask('forkRun', { run, as: idle.run, from: null });
    const { digest } = await ask('listChanges', { run: idle.run });
    await ask('keep', { run: idle.run, digest, paths: null, skipConflicts: false });
    expect((await ask('listSecretFiles', {})).files).toEqual([
      expect.objectContaining({ path: 'copy.txt', run: idle.run }),
    ]);
  },
);

function labelOf(outcome: StepOutcome): unknown {
  return outcome.kind === 'done' ? outcome.label : outcome;
}
