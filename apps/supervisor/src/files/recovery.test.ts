import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callRoute } from '@clawhold/channel';
import { type RunId, supervisorRoutes } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { type ProcessScene, startProcessScene } from '../testing/process-scene.ts';

vi.setConfig({ testTimeout: 240_000 });

const count = 600;
const names = Array.from({ length: count }, (_, index) => `invoices/${String(index).padStart(5, '0')}.txt`);

/** One digest over every name and content; and how many files hold the new word. */
async function look(folder: string): Promise<{ digest: string; fresh: number; staging: string[] }> {
  const hash = createHash('sha256');
  const staging = (await readdir(folder)).filter((name) => name.startsWith('.clawhold-'));
  let fresh = 0;
  for (const name of names) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '(none)');
    hash.update(name).update(text);
    if (text === 'new\n') fresh++;
  }
  return { digest: hash.digest('hex'), fresh, staging };
}

async function changeAll(scene: ProcessScene): Promise<RunId> {
  const run = await scene.open();
  const command = 'for file in invoices/*; do echo new > "$file"; done';
  await callRoute(scene.worker(), supervisorRoutes.callTool, {
    run,
    step: 'stp_0123456789',
    call: { id: 'call_1', tool: 'shell.exec', arguments: { command } },
  });
  await callRoute(scene.worker(), supervisorRoutes.closeSandbox, { run });
  return run;
}

async function keep(scene: ProcessScene, run: RunId) {
  const { digest } = await callRoute(scene.api(), supervisorRoutes.listChanges, { run });
  return callRoute(scene.api(), supervisorRoutes.keep, { run, digest, paths: null, skipConflicts: false });
}

/** Moments of a keep that can be seen from outside: what is staged beside the files, and the files themselves. */
const moments = {
  'while it stages': ({ staging, fresh }) => staging.length > 0 && fresh === 0,
  'while files move': ({ fresh }) => fresh > 0,
} as const satisfies Readonly<Record<string, (seen: { staging: string[]; fresh: number }) => boolean>>;

test.each(Object.entries(moments))(
  verifies('supervisor.recovers-files', 'a supervisor killed in a keep, %s, leaves the folder whole at the next start'),
  async (_name, moment) => {
    const scene = await startProcessScene(Object.fromEntries(names.map((name) => [name, 'old\n'])));
    const original = await look(scene.taskFolder);
    let hits = 0;
    // On a busy machine a look can come when the keep is over: such a round is whole as well, but proves nothing.
    for (let round = 0; hits < scale(1) && round < scale(1) + 7; round++) {
      const run = await changeAll(scene);
      let isAnswered = false;
      const keeping = keep(scene, run)
        .catch(() => 'broken')
        .finally(() => {
          isAnswered = true;
        });
      // A file in the middle stands for all of them: looking at each takes as long as the keep.
      const glance = async () => ({
        staging: (await readdir(scene.taskFolder)).filter((name) => name.startsWith('.clawhold-')),
        fresh: (await readFile(join(scene.taskFolder, names[count / 2] ?? ''), 'utf8')) === 'new\n' ? 1 : 0,
      });
      while (!moment(await glance())) if (isAnswered) break;
      await scene.kill();
      await keeping;
      const isHit = (await look(scene.taskFolder)).staging.length > 0;

      await scene.start();
      const found = await look(scene.taskFolder);
      expect(found.staging).toEqual([]);
      expect([0, count]).toContain(found.fresh);
      if (found.fresh === 0) expect(found.digest).toBe(original.digest);
      if (isHit) {
        const recovered = scene.plane.events.filter(({ type }) => type === 'files.recovered').at(-1);
        const end = found.fresh === count ? 'finished' : 'taken_back';
        expect(recovered).toMatchObject({ run, body: { work: 'keep', end } });
        hits++;
      }

      // Whoever asked and got no answer asks again and gets it; and an undo leads back.
      const again = await keep(scene, run);
      expect(again.applied).toBe(true);
      expect(again.outcomes.filter(({ outcome }) => outcome === 'applied').length).toBeGreaterThanOrEqual(count);
      expect((await look(scene.taskFolder)).fresh).toBe(count);
      await callRoute(scene.api(), supervisorRoutes.undo, { run });
      expect((await look(scene.taskFolder)).digest).toBe(original.digest);
    }
    expect(hits, 'the keep was never hit half-way').toBe(scale(1));
  },
);
