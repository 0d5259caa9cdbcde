import { parentPort, workerData } from 'node:worker_threads';
import { compileDraft, type Draft, Simulation, type SimulationReport } from '@clawhold/policy';

/** What a thread is told: lines that are its own, or that there are no more. */
export type Order = { readonly place: number; readonly lines: Uint8Array<ArrayBuffer> } | 'report';

/** What it says: that it did so many records, or all of its results. */
export type Word = { readonly records: number } | { readonly report: SimulationReport };

export interface ThreadInput {
  readonly draft: Draft;
  readonly now: number;
  readonly form: 'export' | 'bodies';
  readonly agent: string | undefined;
}

// What `replay` gave it.
const { draft, now, form, agent } = workerData as ThreadInput;
const simulation = new Simulation(
  compileDraft(draft, () => ''),
  now,
  agent,
);

/** Places of one order lie between its own and the next. */
const placesOfOrder = 2 ** 24;

parentPort?.on('message', (order: Order) => {
  const word: Word =
    order === 'report'
      ? { report: simulation.report() }
      : { records: simulation.addLines(order.lines, form, order.place * placesOfOrder) };
  // V8 counts what is outside its heap, and would look through all of the heap for every 64 MiB that were replayed.
  if (order !== 'report') order.lines.buffer.transfer(0);
  parentPort?.postMessage(word); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread has no origin
});
