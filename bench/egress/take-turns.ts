import { quantile } from '../report/quantile.ts';
import { sentenceOf } from '../topic.ts';
import { openCallers } from './callers.ts';
import { processorTime } from './processor-time.ts';
import type { Caller, Way } from './way.ts';

export interface Load {
  /** Callers at a time. */
  readonly callers: number;
  /** Bytes of each answer. */
  readonly bytes: number;
}

export type Measured =
  | {
      readonly way: Way;
      readonly perSecond: number;
      /** Requests a second in each turn. */
      readonly rates: readonly number[];
      readonly median: number;
      readonly p99: number;
      /** Microseconds of processor time of its proxy for a request; undefined where there is none. */
      readonly processor: number | undefined;
    }
  | { readonly way: Way; readonly reason: string };

const rounds = 9;
const secondsOfRound = 0.4;
const warmUpSeconds = 0.4;
/** A warm-up ends when so many moments in a row were no better than the best before them, or with the last one. */
const momentsWithoutGain = 3;
const mostMoments = 15;
const secondsOfMoment = 2;
/** Less is chance. */
const leastGain = 1.02;

interface Turn {
  readonly way: Way;
  callers: readonly Caller[];
  reason: string | undefined;
  readonly times: number[];
  readonly rates: number[];
  readonly processor: number[];
}

/**
 * Measures all ways in turns, a moment each, so that whatever else the machine does hits them alike. Rates are the median
 * of the turns; times are those of all requests, in milliseconds.
 */
export async function takeTurns(ways: readonly Way[], { callers, bytes }: Load): Promise<readonly Measured[]> {
  const turns = ways.map((way): Turn => ({ way, callers: [], reason: undefined, times: [], rates: [], processor: [] }));
  const attempt = async (turn: Turn, work: () => Promise<void>): Promise<void> => {
    if (turn.reason !== undefined) return;
    await work().catch((error: unknown) => {
      turn.reason = sentenceOf(error);
    });
  };
  for (const turn of turns)
    await attempt(turn, async () => {
      turn.callers = await openCallers(turn.way, callers, `/${bytes}`);
      await askFor(turn.callers, warmUpSeconds, []);
    });
  for (let round = 0; round < rounds; round++)
    for (const turn of turns)
      await attempt(turn, async () => {
        const before = turn.times.length;
        const { pid } = turn.way;
        const used = pid === undefined ? 0 : processorTime(pid);
        const seconds = await askFor(turn.callers, secondsOfRound, turn.times);
        const requests = turn.times.length - before;
        turn.rates.push(requests / seconds);
        if (pid !== undefined) turn.processor.push((processorTime(pid) - used) / requests);
      });
  for (const turn of turns) for (const caller of turn.callers) caller.end();
  return turns.map(({ way, reason, times, rates, processor }) => {
    if (reason !== undefined) return { way, reason };
    const sorted = Float64Array.from(times).toSorted();
    return {
      way,
      perSecond: medianOf(rates),
      rates,
      median: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      processor: processor.length === 0 ? undefined : medianOf(processor),
    };
  });
}

/** How much faster one way is than another: the median of the turns, each compared with the other's of the same round. */
export function ratioOf(rates: readonly number[], others: readonly number[]): number {
  return medianOf(rates.map((rate, round) => rate / (others[round] ?? Number.NaN)));
}

function medianOf(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

/**
 * Asks each way until it gets no faster: compilers of JavaScript need tens of thousands of requests until they are done, and
 * what is measured serves for days.
 */
export async function warmUp(ways: readonly Way[]): Promise<void> {
  for (const way of ways) {
    try {
      const callers = await openCallers(way, 32, '/1024');
      await askUntilSteady(callers);
      for (const caller of callers) caller.end();
    } catch {
      // Its turns say why it cannot be asked.
    }
  }
}

async function askUntilSteady(callers: readonly Caller[]): Promise<void> {
  let best = 0;
  let withoutGain = 0;
  for (let moment = 0; moment < mostMoments && withoutGain < momentsWithoutGain; moment++) {
    const times: number[] = [];
    const seconds = await askFor(callers, secondsOfMoment, times);
    const rate = times.length / seconds;
    withoutGain = rate > best * leastGain ? 0 : withoutGain + 1;
    best = Math.max(best, rate);
  }
}

/** Every caller asks again as soon as it has its answer. Returns the seconds that it took. */
async function askFor(callers: readonly Caller[], seconds: number, times: number[]): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1_000;
  await Promise.all(
    callers.map(async (caller) => {
      for (let began = performance.now(); began < end; began = performance.now()) {
        await caller.ask();
        times.push(performance.now() - began);
      }
    }),
  );
  return (performance.now() - start) / 1_000;
}
