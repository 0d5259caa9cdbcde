import { availableParallelism } from 'node:os';
import { type Draft, joinReports, type SimulationReport } from '@clawhold/policy';
import { ReplayThread } from './thread.ts';
import { wholeLines } from './whole-lines.ts';

export interface ReplayOptions {
  /** It compiles; each thread does so for itself, as what is compiled cannot be sent. */
  readonly draft: Draft;
  /** Milliseconds since 1970; it matters to a draft that learns until some time. */
  readonly now: number;
  /** Whose decisions count. Default: those of all. */
  readonly agent?: string | undefined;
  /** What the lines are: those of an export of a ledger, or bodies of records `decision.made` alone. Default: `export`. */
  readonly form?: 'export' | 'bodies';
  /** How many may share the work. Default: one for each processor, at most four. */
  readonly threads?: number;
  /**
   * After so many bytes for each that works another thread begins: it loads and compiles for itself first, which takes as
   * long as some ten thousand records. Default 32 MiB.
   */
  readonly bytesForThread?: number;
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
 * @param chunks its bytes, cut anywhere. Each is used up: its memory is given back when it was read.
 * @throws ClawholdError `policy_invalid`, `input_file`; an `AbortError` when the signal says so, and whatever `chunks` throws.
 */
export async function replay(
  chunks: AsyncIterable<Uint8Array>,
  { draft, now, agent, form = 'export', onProgress, signal, ...sharing }: ReplayOptions,
): Promise<SimulationReport> {
  const { threads = mostThreads, bytesForThread = 2 ** 25 } = sharing;
  const most = Math.min(threads, availableParallelism());
  const pieces = wholeLines(chunks);
  const done = { bytes: 0, records: 0 };
  let [place, given] = [0, 0];

  /** One thread, and those that begin after it: takes the next piece whenever it is done with one, which was read meanwhile. */
  async function work(started: number): Promise<readonly SimulationReport[]> {
    let next = pieces.next();
    let piece = await next;
    if (piece.done) return [];
    let others: Promise<readonly SimulationReport[]> | undefined;
    await using thread = new ReplayThread({ draft, now, form, agent }, signal);
    for (; !piece.done; piece = await next) {
      const bytes = piece.value.length;
      given += bytes;
      if (others === undefined && started < most && given > started * bytesForThread) {
        others = work(started + 1);
        others.catch(() => undefined); // it is awaited at the end
      }
      next = pieces.next();
      next.catch(() => undefined); // it is awaited, after what goes on now
      const records = await thread.add(place++, piece.value);
      done.records += records;
      done.bytes += bytes;
      onProgress?.({ ...done });
    }
    const report = await thread.report();
    return [...(report === undefined ? [] : [report]), ...((await others) ?? [])]; // the thread ends with this block
  }

  try {
    return joinReports(await work(1));
  } finally {
    await pieces.return(undefined);
  }
}
