import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeProductPlace, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { operator, patience, printed } from './answers.ts';
import { startCrashProduct } from './crash-place.ts';

vi.setConfig({ testTimeout: 240_000 });

test(
  verifies('gateway.supervisor-hangs', 'a supervisor that stands still holds up no route, and a stop goes through'),
  async () => {
    const place = await makeProductPlace();
    const { product, finance } = await startCrashProduct(place);
    onTestFinished(async () => {
      await finance.close();
      await product.stop();
      await place[Symbol.asyncDispose]();
    });
    const api = operator(product);
    const begin = async (name: string): Promise<string> => {
      const folder = join(place.folder, name);
      await mkdir(folder);
      const body = { task: 'Append, append, post.', folder, agent: 'default', model: 'rehearsal/crash' };
      return (await api.POST('/runs', { body })).data?.id ?? '';
    };
    const read = async (run: string) => (await api.GET('/runs/{run}', { params: { path: { run } } })).data;
    const path = (run: string) => ({ params: { path: { run } } });
    const eventsOf = async (run: string): Promise<readonly string[]> =>
      (await api.GET('/audit/entries', { params: { query: { run: run as `run_${string}` } } })).data?.entries.map(
        ({ type }) => type,
      ) ?? [];

    // One run has ended with a change; the other is in the middle of a command.
    const done = await begin('done');
    await expect.poll(async () => (await read(done))?.state, patience).toBe('waiting');
    await api.POST('/runs/{run}/stop', path(done));
    const digest = (await api.GET('/runs/{run}/changes', path(done))).data?.digest ?? '';
    const busy = await begin('busy');
    await expect.poll(async () => (await read(busy))?.state, patience).toBe('running');

    const supervisor = product
      .processes()
      .find(({ command }) => command.endsWith('/supervisor.js') && !/launcher/.test(command.split(' ')[0] ?? ''));
    expect(supervisor).toBeDefined();
    process.kill(supervisor?.pid ?? -1, 'SIGSTOP');
    try {
      const notAnswering = expect.objectContaining({ code: 'supervisor_not_answering', status: 503 });
      const keeping = { ...path(done), body: { digest, paths: null, skipConflicts: false } };
      await Promise.all([
        expect(api.GET('/models')).rejects.toEqual(notAnswering),
        expect(begin('third')).rejects.toEqual(notAnswering),
        expect(api.GET('/runs/{run}/changes', path(done))).rejects.toEqual(notAnswering),
        expect(
          api.GET('/runs/{run}/changes/diff', { params: { path: { run: done }, query: { path: 'marker' } } }),
        ).rejects.toEqual(notAnswering),
        expect(api.POST('/runs/{run}/keep', keeping)).rejects.toEqual(notAnswering),
        expect(api.POST('/policies/reload')).rejects.toEqual(notAnswering),
      ]);
      // Whether that keep happened nobody knows now; until somebody does nobody else may.
      await expect(api.POST('/runs/{run}/discard', path(done))).rejects.toMatchObject({ code: 'state_files_busy' });
      const stopped = printed(await place.cli('stop', '--all', '--json'));
      expect(stopped).toMatchObject({ stopped: [busy], killed: false });
      expect(await read(busy)).toMatchObject({ state: 'stopped' });
      const { data: status } = await api.GET('/status');
      expect(status).toMatchObject({ sandboxes: null, supervisors: [{ alive: false }] });
    } finally {
      process.kill(supervisor?.pid ?? -1, 'SIGCONT');
    }

    await expect.poll(async () => (await read(done))?.files, patience).toBe('kept');
    expect(await readFile(join(place.folder, 'done', 'marker'), 'utf8')).toBe('first\nsecond\n');
    expect((await eventsOf(done)).filter((type) => type.startsWith('files.'))).toEqual([
      'files.intended',
      'files.kept',
    ]);
    await expect.poll(async () => (await api.GET('/status')).data?.sandboxes, patience).toBe(0);
    expect((await eventsOf(busy)).filter((type) => type === 'run.stopped')).toHaveLength(1);
    expect(await read(busy)).toMatchObject({ state: 'stopped' });
    // And it works again.
    const next = await begin('next');
    await expect.poll(async () => (await read(next))?.state, patience).toBe('waiting');
  },
);
