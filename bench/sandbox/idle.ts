import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { memoryOf, processTree } from '../memory/processes.ts';
import { quantile } from '../report/quantile.ts';
import type { Row, Table } from '../report/table.ts';
import { progress, sentenceOf } from '../topic.ts';

/** A sandbox in which nothing happens. */
export interface Idle {
  /** Bytes in its control group, what the kernel holds for it included; undefined when it has none. */
  held(): Promise<number | undefined>;
  end(): Promise<unknown>;
}

/** A way to have many of them. */
export interface IdleWay {
  readonly name: string;
  /** Whose processes are the sandboxes'. What it holds without any does not count. */
  readonly root: number;
  /** Settles when it stands and works. */
  open(): Promise<Idle>;
}

const columns = [
  { name: 'sandboxes' },
  { name: 'median ms', decimals: 2 },
  { name: 'p99 ms', decimals: 2 },
  { name: 'PSS KiB each' },
  { name: 'group KiB each' },
] as const;

function proportionalBelow(root: number): number {
  return processTree(root).reduce((sum, pid) => sum + (memoryOf(pid)?.proportional ?? 0), 0);
}

async function measureOne({ name, root, open }: IdleWay, count: number): Promise<Row> {
  const all: Idle[] = [];
  const samples: number[] = [];
  progress(`${count} idle sandboxes: ${name}`);
  const before = proportionalBelow(root);
  try {
    while (all.length < count) {
      const began = performance.now();
      all.push(await open());
      samples.push(performance.now() - began);
    }
    const sorted = Float64Array.from(samples).toSorted();
    const each = (bytes: number): number => bytes / 1_024 / count;
    const held = (await Promise.all(all.map((one) => one.held()))).filter((bytes) => bytes !== undefined);
    return {
      name,
      figures: {
        sandboxes: count,
        'median ms': quantile(sorted, 0.5),
        'p99 ms': quantile(sorted, 0.99),
        'PSS KiB each': each(proportionalBelow(root) - before),
        ...(held.length < count ? {} : { 'group KiB each': each(held.reduce((sum, bytes) => sum + bytes, 0)) }),
      },
    };
  } catch (error) {
    return { name, reason: `failed after ${all.length}: ${sentenceOf(error)}` };
  } finally {
    await Promise.all(all.map((one) => one.end()));
  }
}

/** One after the other, then all of them at once, and what each of them holds of the memory. */
export async function measureIdle(ways: readonly IdleWay[], counts: readonly number[]): Promise<Table> {
  const rows: Row[] = [];
  for (const count of counts) for (const way of ways) rows.push(await measureOne(way, count));
  return { title: 'Sandbox: many that stand idle, started one after the other', unit: 'of each', columns, rows };
}

/**
 * Starts a program that prints when it stands, and then waits for its end.
 *
 * @throws Error when it ends without a word.
 */
export async function openIdleProgram(file: string, words: readonly string[], descriptor: number): Promise<Idle> {
  // With these streams the standard output is a pipe.
  const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'inherit', descriptor] }) as ChildProcess &
    ChildProcessByStdio<null, Readable, null>;
  const ended = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => Promise.reject(new Error(`${file} ended before it stood`))),
  ]);
  child.stdout.destroy();
  return {
    held: async () => undefined,
    end() {
      child.kill('SIGKILL');
      return ended;
    },
  };
}
