import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 240_000 });

/** More than a mount has layers. With the last one thinning begins for the second time, beneath a view that stays mounted. */
const steps = 61;

async function sh({ call }: Pick<Scene, 'call'>, command: string): Promise<string> {
  const { outcome } = await call('shell.exec', { command });
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.output.trim();
}

test(
  verifies('files.thinning', 'a run with more steps than there can be layers has checkpoints of all of its times'),
  async () => {
    const scene = await startScene({ 'old/a.txt': 'a', 'old/b.txt': 'b' });
    const { ask, run, plane, home } = scene;
    await scene.open();
    // Each file says after which step it was there; one folder goes and comes back again and again.
    const command = (step: number): string =>
      `echo ${step} >now.txt; echo ${step} >f${step}.txt; ${step % 2 === 1 ? 'rm -r old' : `mkdir old; echo ${step} >old/c.txt`}`;
    for (let step = 1; step <= steps; step++) {
      await sh(scene, command(step));
      if (step === 5) await ask('takeCheckpoint', { run, name: 'five' });
    }
    await vi.waitFor(
      () =>
        expect(plane.timeline.filter(({ kind }) => kind === 'note')).toEqual(
          Array.from({ length: 2 }, () => ({
            kind: 'note',
            level: 'info',
            text: expect.stringMatching(/^Of the checkpoints before steps, .* went/),
          })),
        ),
      { timeout: 60_000 },
    );
    const { checkpoints } = await ask('listCheckpoints', { run });
    // What it was mounted on went out of the list, not away from beneath it.
    expect((await scene.call('file.read', { path: 'f20.txt' })).outcome).toMatchObject({ kind: 'done', ok: true });
    const numbers = checkpoints.map(({ number }) => number);
    expect(numbers.length).toBeLessThan(60);
    expect(numbers.slice(-8)).toEqual(numbers.slice(-8).map((_, at) => (numbers.at(-1) ?? 0) - 7 + at));
    expect(checkpoints.find(({ name }) => name === 'five')).toMatchObject({ step: null });
    expect(plane.events.filter(({ type }) => type === 'step.intended').map(({ body }) => body)).not.toContainEqual(
      expect.objectContaining({ checkpoint: null }),
    );
    const gone = Array.from({ length: numbers.at(-1) ?? 0 }, (_, at) => at + 1).filter((one) => !numbers.includes(one));
    await expect(ask('restoreCheckpoint', { run, to: String(gone[0]) })).rejects.toMatchObject({
      code: 'state_no_such_checkpoint',
      message: expect.stringContaining('thinned out'),
    });

    // Each that is left is what it was: the number N is of the moment before step N.
    for (const held of [
      checkpoints[1],
      checkpoints[4],
      checkpoints.find(({ name }) => name === 'five'),
      checkpoints[12],
    ]) {
      if (held === undefined) throw new Error('there are more');
      const step = held.number - 1;
      await ask('restoreCheckpoint', { run, to: String(held.number) });
      const seen = await sh(scene, 'cat now.txt; ls -d f*.txt | wc -l; cat old/* 2>&- || true');
      expect([held.number, seen]).toEqual([held.number, expectedAt(step)]);
    }
    // What nobody needs any more is gone from the disk.
    const pool = join(home, 'runs', run, 'view/layers');
    await vi.waitFor(async () => {
      await ask('listCheckpoints', { run });
      expect((await readdir(pool)).length).toBeLessThan(steps);
    });
    await ask('closeSandbox', { run });
    await ask('discard', { run });
    expect(await readdir(pool)).toEqual([]);
    expect((await readdir(scene.taskFolder, { recursive: true })).toSorted()).toEqual([
      'old',
      'old/a.txt',
      'old/b.txt',
    ]);
  },
);

function expectedAt(step: number): string {
  return [String(step), String(step), ...(step % 2 === 1 ? [] : [String(step)])].join('\n');
}
