import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SimulationReport } from '@clawhold/policy';
import type { Order, ThreadInput, Word } from './replay-thread.ts';

/**
 * What a thread may keep in memory, in MiB; the questions that came lately are a tenth of it. The young are most of what
 * a thread makes, and none of them grows old: with more room for them less is copied.
 */
const limits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 96 };

/** One thread that replays; it dies of what goes wrong in it, and whoever asks it gets that. */
export class ReplayThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #signal: AbortSignal;

  /** @param signal ends whatever is asked of it. */
  constructor(input: ThreadInput, signal?: AbortSignal) {
    this.#worker = new Worker(new URL('./replay-thread.ts', import.meta.url), {
      workerData: input,
      resourceLimits: limits,
    });
    const ended = new AbortController();
    this.#worker.on('error', (error) => ended.abort(error)).on('exit', () => ended.abort());
    this.#signal = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]);
  }

  /** Replays lines, which are the thread's from now on. Gives how many records were in them. */
  async add(place: number, lines: Uint8Array<ArrayBuffer>): Promise<number> {
    const word = await this.#ask({ place, lines }, [lines.buffer]);
    return 'records' in word ? word.records : 0;
  }

  async report(): Promise<SimulationReport | undefined> {
    const word = await this.#ask('report');
    return 'report' in word ? word.report : undefined;
  }

  async #ask(order: Order, transfer: readonly ArrayBuffer[] = []): Promise<Word> {
    const answer = once(this.#worker, 'message', { signal: this.#signal });
    this.#worker.postMessage(order, transfer);
    const [word] = await answer;
    return word as Word; // replay-thread.ts sends nothing else
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
