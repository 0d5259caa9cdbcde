import { availableParallelism } from 'node:os';
import { type Draft, joinReports, type SimulationReport } from '@clawhold/policy';
import { ReplayThread } from './thread.ts';
import { wholeLines } from './whole-lines.ts';

export interface ReplayOptions {
  /** It compiles; each thread does so for itself, as what is compiled cannot be sent. */
  readonly draft: Draft;
  /** Milliseconds since 1970; it matters to a draft that learns until some time. */
  readonly now: number;
  /** What the lines are: those of an export of a ledger, or bodies of records `decision.made` alone. Default: `export`. */
  readonly form?: 'export' | 'bodies';
  /** How many share the work. Default: one for each processor, at most four. */
  readonly threads?: number;
  /** Told now and then how far it is. */
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

export interface ReplayProgress {
  readonly bytes: number;
  readonly records: number;
}

const mostThreads = 4;

/**
 * Replays a recorded ledger against a draft. Memory does not grow with the ledger.
 *
 * @param chunks its bytes, cut anywhere.
 * @throws ClawholdError `policy_invalid`, `input_file`; an `AbortError` when the signal says so, and whatever `chunks` throws.
 */
export async function replay(
  chunks: AsyncIterable<Uint8Array>,
  { draft, now, form = 'export', threads = mostThreads, onProgress, signal }: ReplayOptions,
): Promise<SimulationReport> {
  const pieces = wholeLines(chunks);
  const done = { bytes: 0, records: 0 };
  let place = 0;

  /** One thread: takes the next piece whenever it is done with one, which was read meanwhile. */
  async function work(): Promise<SimulationReport | undefined> {
    let next = pieces.next();
    let piece = await next;
    if (piece.done) return undefined;
    await using thread = new ReplayThread({ draft, now, form }, signal);
    for (; !piece.done; piece = await next) {
      const bytes = piece.value.length;
      next = pieces.next();
      next.catch(() => undefined); // it is awaited, after what goes on now
      const records = await thread.add(place++, piece.value);
      done.records += records;
      done.bytes += bytes;
      onProgress?.({ ...done });
    }
    return await thread.report(); // the thread ends with this block
  }

  try {
    const workers = Array.from({ length: Math.min(threads, availableParallelism()) }, work);
    const reports = await Promise.all(workers);
    return joinReports(reports.filter((report) => report !== undefined));
  } finally {
    await pieces.return(undefined);
  }
}
