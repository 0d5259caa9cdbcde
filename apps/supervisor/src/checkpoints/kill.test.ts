import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { callRoute } from '@clawhold/channel';
import {
  type Checkpoint,
  ClawholdError,
  formatId,
  type Id,
  idEntropyBytes,
  type RunId,
  supervisorRoutes,
} from '@clawhold/spec';
import { scale, stillAlive, temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { type ProcessScene, startProcessScene } from '../testing/process-scene.ts';
import { lookAtVictims, nothingIsLeft, type Victims } from '../testing/remains.ts';

vi.setConfig({ testTimeout: 600_000 });

const newId = <Kind extends 'step' | 'run' | 'session'>(kind: Kind): Id<Kind> =>
  formatId(kind, randomBytes(idEntropyBytes));

/** A run in a supervisor that can be told when to die. */
class Story {
  readonly scene: ProcessScene;
  readonly run: RunId;
  readonly #arm: string;

  private constructor(scene: ProcessScene, run: RunId, arm: string) {
    this.scene = scene;
    this.run = run;
    this.#arm = arm;
  }

  static async begin(): Promise<Story> {
    const arm = join(await temporaryFolder({ mode: 0o711 }), 'die-at');
    const scene = await startProcessScene(
      { 'old.txt': 'old\n', 'folder/x.txt': 'x\n' },
      {
        environment: {
          NODE_OPTIONS: `--import=${join(dirname(import.meta.dirname), 'testing/die-at.mjs')}`,
          CLAWHOLD_TEST_DIE_AT: arm,
        },
      },
    );
    return new Story(scene, await scene.open(), arm);
  }

  async sh(command: string): Promise<string> {
    const outcome = await callRoute(this.scene.worker(), supervisorRoutes.callTool, {
      run: this.run,
      step: newId('step'),
      call: { id: 'call_1', tool: 'shell.exec', arguments: { command } },
    });
    if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
    return outcome.output.trim();
  }

  /**
   * The whole of what the run sees, as text, after a command. Both in one step: before each there is a checkpoint, and what
   * is written in this one is in none yet.
   */
  look(after = 'true'): Promise<string> {
    return this.sh(
      `${after}; find . -type f | sort | while read -r file; do echo "$file: $(cat "$file")"; done; find . -type d | sort`,
    );
  }

  async checkpoints(): Promise<readonly Checkpoint[]> {
    return (await callRoute(this.scene.api(), supervisorRoutes.listCheckpoints, { run: this.run })).checkpoints;
  }

  take(name: string | null = null): Promise<Checkpoint> {
    return callRoute(this.scene.api(), supervisorRoutes.takeCheckpoint, { run: this.run, name });
  }

  restore(to: string): Promise<unknown> {
    return callRoute(this.scene.api(), supervisorRoutes.restoreCheckpoint, { run: this.run, to });
  }

  fork(as: RunId, from: string | null): Promise<unknown> {
    return callRoute(this.scene.api(), supervisorRoutes.forkRun, { run: this.run, as, from });
  }

  /** Lets the supervisor die at a moment of what is done; true when it did, and another one is there. */
  async diesIn(work: () => Promise<unknown>, when: string): Promise<boolean> {
    const seen = lookAtVictims(this.scene);
    await writeFile(this.#arm, when, { mode: 0o644 });
    const died = await work().then(
      () => false,
      (error: unknown) => {
        if (error instanceof ClawholdError && error.code.startsWith('channel_')) return true;
        throw error;
      },
    );
    await rm(this.#arm);
    if (!died) return false;
    await this.scene.gone();
    await this.#again(seen);
    return true;
  }

  /** Ends the launcher so long after something began, with whatever it does at that moment. */
  async losesLauncherIn(work: () => Promise<unknown>, milliseconds: number): Promise<void> {
    const seen = lookAtVictims(this.scene);
    const working = work().catch(() => 'broken');
    await sleep(milliseconds);
    await this.scene.killLauncher();
    await working;
    await this.#again(seen);
  }

  async #again(seen: Victims): Promise<void> {
    await vi.waitFor(() => expect(stillAlive(seen.processes)).toEqual([]), { timeout: 60_000 });
    // The next launcher takes away the groups of one that could not.
    await this.scene.start();
    await nothingIsLeft(this.scene, seen);
    await this.open(this.run);
  }

  async open(run: RunId): Promise<void> {
    const wanted = { agent: 'worker', folder: this.scene.taskFolder, model: 'rehearsal/default', task: 'Work.' };
    await callRoute(this.scene.worker(), supervisorRoutes.openSandbox, { ...wanted, run, session: newId('session') });
  }

  async originalIsWhole(): Promise<void> {
    const { taskFolder } = this.scene;
    expect((await readdir(taskFolder, { recursive: true })).toSorted()).toEqual(['folder', 'folder/x.txt', 'old.txt']);
    expect(await readFile(join(taskFolder, 'old.txt'), 'utf8')).toBe('old\n');
  }
}

/** Changes of one round, with what is seen at its named checkpoint and after it. */
async function changes(story: Story, round: number): Promise<{ back: string; now: string; name: string }> {
  const name = `round-${round}`;
  const back = await story.look(`echo ${round} >a.txt; rm -rf folder; echo x >folder`);
  await story.take(name);
  const now = await story.look(
    `echo ${round} more >>a.txt; rm folder; rm -f old.txt; mkdir folder; echo ${round} >folder/y.txt; echo new >old.txt`,
  );
  return { back, now, name };
}

/** Whichever of the two it was, nothing is lost, the folder was not touched, and the run goes on. */
async function isWhole(story: Story, { back, now, name }: Awaited<ReturnType<typeof changes>>): Promise<void> {
  await story.originalIsWhole();
  const seen = await story.look();
  expect([back, now]).toContain(seen);
  if (seen === back) {
    const left = (await story.checkpoints()).findLast((one) => one.name === null && one.step === null);
    await story.restore(String(left?.number));
    expect(await story.look()).toBe(now);
  }
  await story.restore(name);
  expect(await story.look()).toBe(back);
}

// What happens in between is done by the launcher: the name of the layer, what will be, [the mount], what is.
const boundaries = ['before 3', 'after 2', 'after 1', 'before 1', 'before 2', 'after 3'];
const isLong = scale(1) > 1;

test(
  verifies('files.checkpoint-killed', 'a supervisor killed between any two steps of a checkpoint or of going back'),
  async () => {
    const story = await Story.begin();
    let died = 0;
    for (const [round, boundary] of boundaries.slice(0, isLong ? 6 : 1).entries()) {
      const going = await changes(story, round);
      if (await story.diesIn(() => story.restore(going.name), boundary)) died++;
      await isWhole(story, going);
    }
    const going = await changes(story, boundaries.length);
    for (const boundary of isLong ? boundaries : ['after 2']) {
      const seen = await story.look(`echo ${boundary} >>more.txt`);
      if (await story.diesIn(() => story.take(), boundary)) died++;
      expect(await story.look()).toBe(seen);
    }
    await story.restore(going.name);
    expect(await story.look()).toBe(going.back);
    await story.originalIsWhole();
    expect(died).toBe(isLong ? 12 : 2);
  },
);

test(
  verifies('files.checkpoint-killed', 'a supervisor killed while it forks: there is a run with all of it, or none'),
  async () => {
    const story = await Story.begin();
    const going = await changes(story, 0);
    let died = 0;
    for (const boundary of ['after 1', 'after 2', 'before 1', 'before 2'].slice(0, isLong ? 4 : 2)) {
      const as = newId('run');
      if (await story.diesIn(() => story.fork(as, going.name), boundary)) died++;
      const listed = await callRoute(story.scene.api(), supervisorRoutes.listChanges, { run: as }).catch(
        (error: unknown) => error,
      );
      if (listed instanceof Error) expect(listed).toMatchObject({ code: 'state_no_files' });
      else
        expect(listed).toMatchObject({ changes: expect.arrayContaining([expect.objectContaining({ path: 'a.txt' })]) });
    }
    expect(died).toBe(isLong ? 4 : 2);
    const as = newId('run');
    await story.fork(as, going.name);
    await isWhole(story, going);
  },
);

test(
  verifies('files.checkpoint-killed', 'a launcher killed at any moment of going back, with all that it had at work'),
  async () => {
    const story = await Story.begin();
    for (let round = 0; round < scale(2); round++) {
      const going = await changes(story, round);
      await story.losesLauncherIn(() => story.restore(going.name), (3 + round * 7) % 40);
      await isWhole(story, going);
    }
  },
);

// Of the step that begins it three; then it names the layers, and one after the other takes its place.
const moments = ['after 16', 'before 6', 'after 12', 'before 20'].slice(0, isLong ? 4 : 1);

test.each(moments)(
  verifies('files.merge-whole', 'a supervisor killed while it merges, %s: what is left is what it was'),
  async (moment) => {
    const story = await Story.begin();
    let step = 0;
    const next = (): Promise<string> => story.sh(`echo ${++step} >now.txt; echo ${step} >f${step}.txt`);
    const seen = (): Promise<string> => story.sh('cat now.txt; ls f*.txt | wc -l');
    for (let made = 0; made < 48; made++) await next();
    const died = await story.diesIn(async () => {
      await next();
      await vi.waitUntil(async () => isThinned(await story.checkpoints()), { timeout: 60_000 });
    }, moment);
    expect(died).toBe(true);
    expect(await seen()).toBe(`${step}\n${step}`);
    // Some of it was done: the rest is when there are as many layers again.
    while (!isThinned(await story.checkpoints())) await next();
    const pool = join(story.scene.home, 'runs', story.run, 'view/layers');
    while ((await readdir(pool)).length >= 48) await next();
    for (const { number } of (await story.checkpoints()).slice(1, 5)) {
      await story.restore(String(number));
      expect(await seen()).toBe(`${number - 1}\n${number - 1}`);
    }
    await story.originalIsWhole();
  },
);

function isThinned(checkpoints: readonly Checkpoint[]): boolean {
  return checkpoints.length < (checkpoints.at(-1)?.number ?? 0) - 8;
}
