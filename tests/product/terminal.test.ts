import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Run } from '@clawhold/client';
import { makeProductPlace, type Product, type ProductPlace, startProduct, verifies } from '@clawhold/testkit';
import { tourModel, tourName, tourPolicy, tourTask } from '@clawhold/tour';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { patience, printed } from './answers.ts';
import { setUpTour, type TourWork } from './tour-work.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

let place: ProductPlace;
let product: Product;
let work: TourWork;

beforeAll(async () => {
  place = await makeProductPlace();
  product = await startProduct(place);
  work = await setUpTour({ place, seed: 3, policy: tourPolicy() });
});
afterAll(async () => {
  await work?.[Symbol.asyncDispose]();
  await product?.stop();
  await place?.[Symbol.asyncDispose]();
});

/** A `clawhold run` that a test watches from outside. */
class Watched {
  readonly #child: ChildProcess;
  readonly ended: Promise<unknown[]>;
  shown = '';
  errors = '';

  private constructor(file: string, words: readonly string[], environment: NodeJS.ProcessEnv) {
    this.#child = spawn(file, words, { env: environment, cwd: '/', stdio: 'pipe' });
    this.ended = once(this.#child, 'exit');
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.shown += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
  }

  /** In a pipe, where nobody can answer. */
  static piped(): Watched {
    const [file, ...words] = runWords();
    return new Watched(file, words, place.environment);
  }

  /** At a terminal, as `script` of util-linux makes one. */
  static atTerminal(): Watched {
    const quoted = runWords().map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
    const environment = { ...place.environment, TERM: 'xterm-256color', SHELL: '/bin/sh' };
    return new Watched('script', ['-qec', quoted.join(' '), '/dev/null'], environment);
  }

  async until(text: string): Promise<this> {
    await expect.poll(() => this.shown, patience).toContain(text);
    return this;
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async status(): Promise<number | null> {
    await this.ended;
    return this.#child.exitCode;
  }
}

function runWords(): readonly [string, ...string[]] {
  const words = ['run', tourTask, '--dir', work.folder, '--agent', tourName, '--model', tourModel];
  return place.command('cli', words);
}

async function newest(): Promise<Run | undefined> {
  const [run] = printed<readonly Run[]>(await place.cli('runs', '--limit', '1', '--json'));
  return run;
}

test(verifies('cli.ctrl-c-stops', 'in a pipe lines are plain, and SIGINT stops the run'), async () => {
  const run = await Watched.piped().until('A person decides');
  run.signal('SIGINT');
  expect(await run.status()).toBe(130);
  expect(run.shown).not.toMatch(/(?!\n)\p{Cc}/u);
  expect(run.shown).toContain('stopped');
  expect(await newest()).toMatchObject({ state: 'stopped' });
  expect(printed(await place.cli('approvals', '--json'))).toEqual([]);
});

test(verifies('cli.ctrl-c-stops', 'Ctrl-C at a question stops the run, and is no answer to it'), async () => {
  const run = await Watched.atTerminal().until('y yes, once');
  run.type('\u0003');
  expect(await run.status()).toBe(130);
  expect(await newest()).toMatchObject({ state: 'stopped' });
  const [last] = printed<readonly { readonly state: string }[]>(await place.cli('approvals', '--all', '--json'));
  expect(last).toMatchObject({ state: 'void' });
});

test(verifies('cli.card-is-exact', 'the details and a no are one key each'), async () => {
  const run = await Watched.atTerminal().until('y yes, once');
  // What is typed while the question is being drawn is no answer, so it is typed until it is one.
  const details = setInterval(() => run.type('d'), 200);
  await run.until('argument body, ').finally(() => clearInterval(details));
  const no = setInterval(() => run.type('n'), 200);
  await run.until('denied by a person').finally(() => clearInterval(no));
  run.signal('SIGTERM');
  await run.ended;
  await place.cli('stop', '--all');
});

test(
  verifies('cli.gives-up', 'a run that is watched ends with one sentence when Clawhold is gone for good'),
  async () => {
    const run = await Watched.piped().until('A person decides');
    await product.stop();
    expect(await run.status()).toBe(1);
    expect(run.errors).toMatch(/^clawhold: The connection to Clawhold was lost[^\n]*\n {2}[^\n]*npx clawhold[^\n]*\n$/);
  },
);
