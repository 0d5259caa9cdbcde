import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { callRoute } from '@clawhold/channel';
import { formatId, idEntropyBytes, type RunId, type StepOutcome, supervisorRoutes } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { type ProcessScene, startProcessScene } from '../testing/process-scene.ts';
import { lookAtVictims, nothingIsLeft } from '../testing/remains.ts';

vi.setConfig({ testTimeout: 240_000 });

const call = (scene: ProcessScene, run: RunId, step: `stp_${string}`, command: string): Promise<StepOutcome> =>
  callRoute(scene.worker(), supervisorRoutes.callTool, {
    run,
    step,
    call: { id: 'call_1', tool: 'shell.exec', arguments: { command } },
  });

test(
  verifies('supervisor.nothing-left-behind', 'a supervisor killed while it starts sandboxes leaves nothing of them'),
  async () => {
    const scene = await startProcessScene({ 'a.txt': 'old\n' });
    for (let round = 0; round < scale(2); round++) {
      let answered = 0;
      const opening = Array.from({ length: 3 }, () =>
        scene.open().then(
          () => void answered++,
          () => undefined,
        ),
      );
      // Some are up, some are half-way, some have not begun: whatever there is at this moment has to go.
      await sleep(round * 15);
      const seen = lookAtVictims(scene);
      await scene.kill();
      await Promise.all(opening);
      await nothingIsLeft(scene, seen);
      await scene.start();
    }
    const run = await scene.open();
    expect(await call(scene, run, 'stp_0123456789', 'cat a.txt')).toMatchObject({ kind: 'done', ok: true });
  },
);

test(
  verifies(
    'supervisor.nothing-left-behind',
    'a supervisor killed in a call takes its processes along, and the step is unknown',
  ),
  async () => {
    const scene = await startProcessScene({ 'a.txt': 'old\n' });
    const run = await scene.open();
    const marker = join(scene.home, 'runs', run, 'view/upper/begun');
    const calling = call(scene, run, 'stp_0123456789', 'echo x >> begun; sleep 1000 & setsid sleep 1000').catch(
      () => 'broken',
    );
    await vi.waitFor(() => readFile(marker), { timeout: 60_000, interval: 20 });
    const seen = await vi.waitFor(() => {
      const now = lookAtVictims(scene);
      expect(now.processes.filter(({ command }) => command.startsWith('sleep 1000'))).toHaveLength(2);
      return now;
    });
    await scene.kill();
    expect(await calling).toBe('broken');
    await nothingIsLeft(scene, seen);
    await scene.start();
    const of = { run, session: formatId('session', randomBytes(idEntropyBytes)) };
    const again = { ...of, agent: 'worker', folder: scene.taskFolder, model: 'rehearsal/default', task: 'Work.' };
    await callRoute(scene.worker(), supervisorRoutes.openSandbox, again);
    expect(await call(scene, run, 'stp_0123456789', 'echo x >> begun')).toMatchObject({ kind: 'unknown' });
    expect(await call(scene, run, 'stp_0123456780', 'wc -l < begun')).toMatchObject({
      ok: true,
      output: expect.stringContaining('1'),
    });
    await expect(readFile(join(scene.taskFolder, 'begun'))).rejects.toThrow('ENOENT');
  },
);

test(
  verifies('supervisor.nothing-left-behind', 'a keep in flight and a sandbox of another run end with their supervisor'),
  async () => {
    const scene = await startProcessScene({ 'a.txt': 'old\n' });
    const run = await scene.open();
    await call(scene, run, 'stp_0123456789', 'for i in $(seq 1500); do echo $i > f$i; done');
    await callRoute(scene.worker(), supervisorRoutes.closeSandbox, { run });
    const other = await scene.open();
    const { digest } = await callRoute(scene.api(), supervisorRoutes.listChanges, { run });
    const keeping = callRoute(scene.api(), supervisorRoutes.keep, {
      run,
      digest,
      paths: null,
      skipConflicts: false,
    }).catch(() => 'broken');
    const staged = async () => (await readdir(scene.taskFolder)).some((name) => name.startsWith('.clawhold-keep-'));
    while (!(await staged()));
    const seen = lookAtVictims(scene);
    await scene.kill();
    expect(await keeping).toBe('broken');
    await nothingIsLeft(scene, seen);
    // Nobody is left who could go on with it: what is there now stays until somebody starts again.
    const left = (await readdir(scene.taskFolder)).toSorted();
    await sleep(300);
    expect((await readdir(scene.taskFolder)).toSorted()).toEqual(left);
    await scene.start();
    await expect(call(scene, other, 'stp_0123456781', 'true')).rejects.toMatchObject({ code: 'state_no_sandbox' });
    expect((await readdir(scene.taskFolder)).filter((name) => name.startsWith('.clawhold'))).toEqual([]);
  },
);
