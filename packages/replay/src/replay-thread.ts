import { parentPort, workerData } from 'node:worker_threads';
import { bodyOfLine, compileDraft, type Draft, Simulation, type SimulationReport } from '@clawhold/policy';

/** What a thread is told: lines that are its own, or that there are no more. */
export type Order = { readonly place: number; readonly lines: Uint8Array } | 'report';

/** What it says: that it did so many records, or all of its results. */
export type Word = { readonly records: number } | { readonly report: SimulationReport };

export interface ThreadInput {
  readonly draft: Draft;
  readonly now: number;
  readonly form: 'export' | 'bodies';
}

// What `replay` gave it.
const { draft, now, form } = workerData as ThreadInput;
const simulation = new Simulation(compileDraft(draft, ''), now);
const decoder = new TextDecoder();

/** Places of one order lie between its own and the next. */
const placesOfOrder = 2 ** 24;

parentPort?.on('message', (order: Order) => {
  const word: Word = order === 'report' ? { report: simulation.report() } : { records: addLines(order) };
  parentPort?.postMessage(word); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread has no origin
});

function addLines({ place, lines }: Exclude<Order, 'report'>): number {
  const text = decoder.decode(lines);
  let records = 0;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    const line = text.slice(start, end);
    const body = form === 'export' ? bodyOfLine(line) : line;
    if (body !== undefined && body !== '') simulation.add(body, place * placesOfOrder + records++);
    start = end + 1;
  }
  return records;
}
