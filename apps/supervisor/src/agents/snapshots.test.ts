import { execFile } from 'node:child_process';
import {
  appendFile,
  chmod,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import type { Scene } from '../testing/scene.ts';
import { splitScene } from './testing/split-scene.ts';

vi.setConfig({ testTimeout: 120_000 });

const agent = 'worker';
const write = (path: string, content: string) => ['write', { path, content }] as const;
const folderOf = (scene: Scene): string => join(scene.home, 'agents/worker');
const memory = (scene: Scene): Promise<string> => readFile(join(folderOf(scene), 'state/workspace/MEMORY.md'), 'utf8');
const changes = async (scene: Scene) => (await scene.ask('listAgentChanges', { agent })).changes.length;
/** As a backup does: with owners and times. */
const copyWhole = (from: string, to: string) => promisify(execFile)('cp', ['-a', from, to]);
const take = (scene: Scene) => scene.ask('takeAgentSnapshot', { agent, why: 'asked' });

test(
  verifies(
    'agents.snapshots',
    'what an agent keeps is as it was at a snapshot, and a restoration is taken back by another',
  ),
  async () => {
    const { scene, thinkAnew } = await splitScene();
    await thinkAnew(write('MEMORY.md', 'one\n'));
    expect(await take(scene)).toMatchObject({ number: 1, why: 'asked', files: expect.any(Number) });
    await thinkAnew(write('MEMORY.md', 'two\n'), write('memory/2026-11-02.md', 'more\n'));
    expect(await changes(scene)).toBe(2);

    const { restored, left } = await scene.ask('restoreAgentSnapshot', { agent, snapshot: 1 });
    expect([restored.number, left]).toMatchObject([1, { number: 2, why: 'before a restoration' }]);
    expect(await memory(scene)).toBe('one\n');
    expect(await readdir(join(folderOf(scene), 'state/workspace'))).toEqual(['MEMORY.md']);
    expect(await changes(scene)).toBe(1);
    await expect(scene.ask('undoAgentChange', { agent })).rejects.toMatchObject({ code: 'state_agent_restored' });

    // It goes on from there, and what it learns then is taken back as ever.
    const { run, came } = await thinkAnew(['read', 'MEMORY.md'], write('MEMORY.md', 'three\n'));
    const [read] = came;
    expect(read).toMatchObject({ stdout: 'one\n' });
    expect(await scene.ask('undoAgentChange', { agent })).toMatchObject({ run });
    expect(await memory(scene)).toBe('one\n');

    await scene.ask('restoreAgentSnapshot', { agent, snapshot: left.number });
    expect(await memory(scene)).toBe('two\n');
    expect(await changes(scene)).toBe(2);
    const all = (await scene.ask('listAgentSnapshots', { agent })).snapshots;
    expect(all.map(({ number }) => number)).toEqual([3, 2, 1]);
    await expect(scene.ask('restoreAgentSnapshot', { agent, snapshot: 9 })).rejects.toMatchObject({
      code: 'state_no_such_snapshot',
    });
    expect((await readdir(folderOf(scene))).toSorted()).toEqual(['changes.ndjson', 'snapshots', 'state']);
  },
);

test(
  verifies('agents.state', 'a folder that came back from a backup is what the agent keeps from then on'),
  async () => {
    const { scene, thinkAnew } = await splitScene();
    await thinkAnew(write('MEMORY.md', 'one\n'));
    const state = join(folderOf(scene), 'state');
    await rename(state, `${state}.lost`);
    await copyWhole(`${state}.lost`, state);
    const { came } = await thinkAnew(['read', 'MEMORY.md'], write('MEMORY.md', 'two\n'));
    expect(came[0]).toMatchObject({ stdout: 'one\n' });
    await scene.ask('undoAgentChange', { agent });
    expect(await memory(scene)).toBe('one\n');
    expect(await changes(scene)).toBe(1);
    await expect(scene.ask('undoAgentChange', { agent })).rejects.toMatchObject({ code: 'state_agent_restored' });
  },
);

test(verifies('agents.snapshots', 'a run that has the state keeps everybody else from it'), async () => {
  const { scene, think, thinkAnew } = await splitScene();
  await thinkAnew(write('MEMORY.md', 'one\n'));
  await take(scene);
  const stopped = expect(think(['run', 'sleep infinity'])).rejects.toMatchObject({ code: 'state_run_stopped' });
  const minds = () => scene.plane.events.filter(({ body }) => body['beside'] === 'mind').length;
  await vi.waitUntil(() => minds() === 2, { timeout: 60_000 });
  const busy = expect.objectContaining({ code: 'state_agent_busy' });
  await expect(take(scene)).rejects.toEqual(busy);
  await expect(scene.ask('restoreAgentSnapshot', { agent, snapshot: 1 })).rejects.toEqual(busy);
  await scene.ask('stop', { run: scene.run });
  await stopped;
  await scene.ask('restoreAgentSnapshot', { agent, snapshot: 1 });
  expect(await memory(scene)).toBe('one\n');
});

test(verifies('agents.snapshots', 'a restoration that a crash cut is finished or forgotten, never half'), async () => {
  const { scene, thinkAnew } = await splitScene();
  await thinkAnew(write('MEMORY.md', 'one\n'));
  await take(scene);
  await thinkAnew(write('MEMORY.md', 'two\n'));
  const folder = folderOf(scene);
  const [state, next, last] = ['state', 'state.next', 'state.last'].map((name) => join(folder, name));
  if (state === undefined || next === undefined || last === undefined) throw new Error('three paths');
  const prepare = (number: number) => cp(join(folder, `snapshots/${number}`), next, { recursive: true });
  const entry = (number: number) => ({ kind: 'restored', number, time: '2026-01-01T00:00:00.000Z' });
  const tell = (number: number) => appendFile(join(folder, 'changes.ndjson'), `\n${JSON.stringify(entry(number))}\n`);
  // Each where a process may die; whoever asks next, for a snapshot, finds it whole.
  const crashes: readonly (readonly [left: string, by: () => Promise<unknown>])[] = [
    ['two\n', () => prepare(1)],
    ['two\n', () => cp(join(folder, 'snapshots/1'), `${next}.part`, { recursive: true })],
    ['one\n', async () => [await prepare(1), await tell(1)]],
    ['two\n', async () => [await prepare(2), await tell(2), await rename(state, last)]],
    ['one\n', async () => [await prepare(1), await tell(1), await rename(state, last), await rename(next, state)]],
  ];
  for (const [left, crash] of crashes) {
    await crash();
    await take(scene);
    expect(await memory(scene)).toBe(left);
    const names = (await readdir(folder)).filter((name) => name.startsWith('state') && !name.endsWith('.part'));
    expect(names).toEqual(['state']);
  }
});

test(
  verifies('agents.snapshots', 'a copy has what the agent made unreadable, its links as links, and nothing else'),
  async () => {
    const { scene, thinkAnew } = await splitScene();
    await thinkAnew(write('MEMORY.md', 'one\n'));
    const workspace = join(folderOf(scene), 'state/workspace');
    await mkdir(join(workspace, 'closed'));
    await writeFile(join(workspace, 'closed/a.md'), 'a');
    await chmod(join(workspace, 'closed/a.md'), 0o000);
    await chmod(join(workspace, 'closed'), 0o000);
    await symlink('/etc/passwd', join(workspace, 'passwd.md'));
    await take(scene);
    const copy = join(folderOf(scene), 'snapshots/1/workspace');
    expect((await stat(join(copy, 'closed'))).mode & 0o777).toBe(0);
    expect((await stat(join(workspace, 'closed'))).mode & 0o777).toBe(0);
    expect((await lstat(join(copy, 'passwd.md'))).isSymbolicLink()).toBe(true);
    expect(await readlink(join(copy, 'passwd.md'))).toBe('/etc/passwd');
    for (const path of [join(copy, 'closed'), join(workspace, 'closed')]) await chmod(path, 0o700);
    expect((await stat(join(copy, 'closed/a.md'))).mode & 0o777).toBe(0);
  },
);

test(
  verifies('agents.snapshots', 'the oldest that nobody asked for makes room, and never the one that is restored'),
  async () => {
    const { scene, thinkAnew } = await splitScene();
    await thinkAnew(write('MEMORY.md', 'one\n'));
    await take(scene);
    for (let index = 0; index < 21; index++) await scene.ask('takeAgentSnapshot', { agent, why: 'before an upgrade' });
    const numbers = async () =>
      (await scene.ask('listAgentSnapshots', { agent })).snapshots.map(({ number }) => number);
    const all = await numbers();
    expect([all.length, all.at(0), all.at(-2), all.at(-1)]).toEqual([20, 22, 4, 1]);
    await scene.ask('restoreAgentSnapshot', { agent, snapshot: 4 });
    expect((await numbers()).slice(-2)).toEqual([4, 1]);
  },
);
