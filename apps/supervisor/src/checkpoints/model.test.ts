import { execFile } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunId } from '@clawhold/spec';
import { scale, temporaryFolder, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 300_000 });

const run = promisify(execFile);

// No mode closes a folder to the sandbox, which the tests as root would not feel. Whatever is at a place may be replaced by anything else. Links of one file under two names are tested in `merge.test.ts`:
// overlayfs parts them where a copy of the folder does not.
const place = fc.constantFrom('a', 'b', 'a/x', 'a/y', 'b/x', 'a/x/deep', "'line\nfeed'");
const command = fc.oneof(
  fc.tuple(place, fc.constantFrom('one', 'two', '')).map(([at, text]) => `printf '${text}' >${at}`),
  place.map((at) => `mkdir ${at}`),
  place.map((at) => `rm -rf ${at}`),
  place.map((at) => `rm -rf ${at}; mkdir ${at}`),
  fc.tuple(place, place).map(([from, to]) => `mv -T ${from} ${to}`),
  fc.tuple(place, fc.constantFrom('a', 'b/x', 'nowhere')).map(([at, to]) => `ln -sfn ${to} ${at}`),
  fc
    .tuple(place, fc.constantFrom('700', '755', '711', '750'))
    .map(([at, mode]) => `[ -L ${at} ] || chmod ${mode} ${at}`),
);
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(command, { minLength: 2, maxLength: 6 }).map((script) => ({ kind: 'do' as const, script })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'take' as const }) },
  { weight: 2, arbitrary: fc.nat().map((at) => ({ kind: 'restore' as const, at })) },
  { weight: 1, arbitrary: fc.nat().map((at) => ({ kind: 'fork' as const, at })) },
);

/** One run, and a folder of which whole copies are made in the place of checkpoints. */
class Pair {
  readonly #side: Pick<Scene, 'call' | 'run'>;
  readonly #ask: Scene['ask'];
  readonly #folder: string;
  readonly copies = new Map<number, string>();
  #copied = 0;

  constructor(side: Pick<Scene, 'call' | 'run'>, ask: Scene['ask'], folder: string) {
    this.#side = side;
    this.#ask = ask;
    this.#folder = folder;
  }

  get run(): RunId {
    return this.#side.run;
  }

  get now(): string {
    return join(this.#folder, 'now');
  }

  async copy(): Promise<string> {
    const path = join(this.#folder, String(this.#copied++));
    await cp(this.now, path, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    return path;
  }

  /** Those that are new are of this moment. */
  async note(copy: string): Promise<void> {
    const { checkpoints } = await this.#ask('listCheckpoints', { run: this.run });
    for (const { number } of checkpoints) if (!this.copies.has(number)) this.copies.set(number, copy);
  }

  async do(script: readonly string[]): Promise<void> {
    const before = await this.copy();
    const text = script.map((one) => `{ ${one}; } 2>&-`).join('\n');
    const { outcome } = await this.#side.call('shell.exec', { command: `${text}\ntrue` });
    expect(outcome).toMatchObject({ kind: 'done', ok: true });
    await run('sh', ['-c', `umask 022\n${text}\ntrue`], { cwd: this.now });
    await this.note(before);
  }

  async take(): Promise<void> {
    await this.#ask('takeCheckpoint', { run: this.run, name: null });
    await this.note(await this.copy());
  }

  async restore(at: number): Promise<void> {
    const [to, copy] = [...this.copies].at(at % Math.max(1, this.copies.size)) ?? [];
    if (to === undefined || copy === undefined) return;
    const left = await this.copy();
    await this.#ask('restoreCheckpoint', { run: this.run, to: String(to) });
    await this.become(copy);
    await this.note(left);
  }

  async become(copy: string): Promise<void> {
    await rm(this.now, { recursive: true, force: true });
    await cp(copy, this.now, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  }

  async isAlike(): Promise<void> {
    const { outcome } = await this.#side.call('shell.exec', { command: sorted });
    const { stdout } = await run('sh', ['-c', sorted], { cwd: this.now });
    expect(outcome.kind === 'done' ? outcome.output.trim() : outcome).toBe(stdout.trim());
  }
}

/** Everything of a folder by name: kind, mode, content or target. No name here ends in a blank. */
const sorted = `echo "all of it:"; exec bash -c 'find . -mindepth 1 -print0 | sort -z | while IFS= read -r -d "" at; do
  if [ -L "$at" ]; then echo "$at l $(readlink "$at")"; elif [ -d "$at" ]; then echo "$at d $(stat -c %a "$at")";
  else echo "$at f $(stat -c %a "$at") $(cat "$at")"; fi; done'`;

test(
  verifies(
    'files.checkpoints',
    'any order of commands, checkpoints, going back and forks is what copies of the whole folder are',
  ),
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 12, maxLength: 20, size: 'max' }), async (acts) => {
        const scene = await startScene({ 'a/x': 'person', 'a/y': 'person', b: 'person' });
        await scene.open();
        const folder = await temporaryFolder();
        const pairs = [await begin(scene, scene.ask, join(folder, '0'), scene.taskFolder)];
        for (const one of acts) {
          // They take turns, so that what one does while the other has its layers is seen in either.
          const pair = pairs[pairs.length - 1 - (acts.indexOf(one) % pairs.length)];
          if (pair === undefined) throw new Error('there is one');
          if (one.kind === 'do') await pair.do(one.script);
          if (one.kind === 'take') await pair.take();
          if (one.kind === 'restore') await pair.restore(one.at);
          if (one.kind === 'fork' && pairs.length < 3)
            pairs.push(await fork(scene, pair, one.at, join(folder, String(pairs.length))));
        }
        for (const pair of pairs) {
          await pair.isAlike();
          for (let at = 0; at < 3; at++) {
            await pair.restore(at * 3);
            await pair.isAlike();
          }
        }
        for (const { run: id } of pairs) await scene.ask('closeSandbox', { run: id });
      }),
      { numRuns: scale(2), endOnFailure: true },
    );
  },
);

async function begin(
  side: Pick<Scene, 'call' | 'run'>,
  ask: Scene['ask'],
  folder: string,
  from: string,
): Promise<Pair> {
  await mkdir(folder);
  const pair = new Pair(side, ask, folder);
  await pair.become(from);
  return pair;
}

async function fork(scene: Scene, of: Pair, at: number, folder: string): Promise<Pair> {
  const side = scene.another();
  const [from, copy] = [...of.copies].at(at % Math.max(1, of.copies.size)) ?? [];
  if (from === undefined || copy === undefined) await of.take();
  await scene.ask('forkRun', { run: of.run, as: side.run, from: from === undefined ? null : String(from) });
  await side.open();
  const pair = await begin(side, scene.ask, folder, copy ?? of.now);
  await pair.note(await pair.copy());
  return pair;
}
