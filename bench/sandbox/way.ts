import { type ChildProcess, type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** One way to run a command apart from the machine. */
export interface Way extends AsyncDisposable {
  readonly name: string;
  /** Version of the program behind it, with its name. */
  readonly version: readonly [name: string, version: string];

  /**
   * Milliseconds from here, in Node, until the first byte of `echo x` in a new sandbox has arrived. Settles when that
   * sandbox has ended too: cleaning up is not measured, and disturbs nobody's measurement.
   */
  start(): Promise<number>;
}

/** A way that cannot be gone here. */
export interface NoWay {
  readonly name: string;
  readonly reason: string;
}

/** What every way runs. */
export const echo = ['/bin/echo', 'x'] as const;

/**
 * Spawns a program that prints, and measures until its first byte.
 *
 * @param began - `performance.now()` when the way began to prepare it.
 * @throws Error when it ends without output.
 */
export async function timeToFirstByte(
  began: number,
  file: string,
  words: readonly string[],
  options: Pick<SpawnOptions, 'shell' | 'stdio'> = {},
): Promise<number> {
  // With `stdio` from above or by the callers, the standard output is always a pipe.
  const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'inherit'], ...options }) as ChildProcess &
    ChildProcessByStdio<null, Readable, null>;
  let elapsed: number | undefined;
  child.stdout.on('data', () => {
    elapsed ??= performance.now() - began;
  });
  const [status] = (await once(child, 'close')) as [number | null];
  if (elapsed === undefined || status !== 0) throw new Error(`${file} ended with status ${status}`);
  return elapsed;
}
