import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkout } from '../checkout.ts';
import { personEnvironment } from '../person-environment.ts';
import { resource } from '../resource.ts';

/** A way to start the product: what a person types, or the part of it that is no bootstrap. */
export type Door = 'npm start' | 'clawhold up';

/** A Clawhold that is ready. Disposing of it ends it, and settles when every process of it has ended. */
export interface RunningProduct extends AsyncDisposable {
  /** Milliseconds from the command to "ready". */
  readonly milliseconds: number;
  /** Milliseconds of each step of the manager, in order. */
  readonly steps: ReadonlyMap<string, number>;
  /** The process that was started; all others are below it. */
  readonly pid: number;
}

/** A home of its own for a product, removed with everything in it. */
export async function temporaryHome(): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'clawhold-bench-'));
  return {
    path: join(folder, 'home'), // does not exist yet: that is what makes the first start the first
    ...resource(() => rm(folder, { recursive: true, force: true, maxRetries: 3 })),
  };
}

/** `--json` prints the manager's reports as they come; without the tour, which is no part of being ready. */
const words = ['start', '--json', '--no-tour'] as const;

/** Lets the bootstrap install and build what it finds outdated, so that no start pays for it. */
export function bootstrap(): void {
  spawnSync('npm', ['--silent', 'start', '--', '--help'], { cwd: checkout, env: personEnvironment(), stdio: 'ignore' });
}

/**
 * Starts the product and waits until it is ready.
 *
 * @throws Error with the last words of the product.
 */
export async function launch(door: Door, home: string): Promise<RunningProduct> {
  const command =
    door === 'npm start'
      ? ['npm', '--silent', 'start', '--', ...words.slice(1)]
      : [
          process.execPath,
          '--disable-warning=DeprecationWarning',
          join(checkout, 'node_modules/.cache/clawhold/programs/current/cli.js'),
          ...words,
        ];
  const [file = '', ...rest] = command;
  const began = performance.now();
  const child = spawn(file, rest, {
    cwd: checkout,
    env: { ...personEnvironment(), CLAWHOLD_HOME: home, CLAWHOLD_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let lastWords = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2_000);
  });
  // The manager holds the standard error too: this settles when it has ended.
  const closed = once(child, 'close');
  const running = resource(async () => {
    child.kill('SIGTERM');
    await closed;
  });
  const steps = new Map<string, number>();
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<number>((resolve) =>
    lines.on('line', (line) => {
      const report = readReport(line);
      if (report?.kind === 'step' && report.milliseconds !== undefined) steps.set(report.name, report.milliseconds);
      if (report?.kind === 'ready') resolve(performance.now() - began);
      if (report?.kind === 'failed') lastWords += report.message;
    }),
  );
  const failed = closed.then(([status]) => {
    throw new Error(`${door} ended with status ${status}: ${lastWords.trim().split('\n').at(-1) ?? ''}`);
  });
  failed.catch(() => undefined); // after "ready" nobody waits for it
  return {
    milliseconds: await Promise.race([ready, failed]),
    steps,
    pid: child.pid ?? 0,
    ...running,
  };
}

type Report =
  | { readonly kind: 'step'; readonly name: string; readonly milliseconds?: number }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'ready' | 'warning' };

/** Lines that are not JSON are npm's or the bootstrap's. */
function readReport(line: string): Report | undefined {
  try {
    return JSON.parse(line) as Report; // apps/manager/src/report.ts writes them
  } catch {
    return undefined;
  }
}
