import type { DecisionWorkload, Request } from '../workloads/decision.ts';
import type { Engine } from './engine.ts';

/** Engines take turns, so that what else the machine does falls on all of them, and each begins with the others' caches. */
const turns = 10;
/** An engine that is slow is not asked longer than this in one turn; of one that takes a third of a second there are few samples. */
const slowMilliseconds = 500;

/**
 * Times single decisions, in nanoseconds; the clock's own cost is in each of them. A question is made anew right before
 * it is asked, out of texts that nobody has seen: so it is when a proxy has read a request, and an engine that keeps
 * something about a text (V8 keeps the hash of a string in it) does not profit from having been asked before.
 *
 * @returns the samples of each engine, or why there are none: it answers otherwise than the workload says.
 */
export function measureEngines(
  engines: readonly Engine[],
  requests: readonly Request[],
  workload: DecisionWorkload,
): readonly (Float64Array | Error)[] {
  const measured = engines.map((engine) => new Measured(engine, requests, workload));
  for (let turn = 0; turn < turns; turn++)
    for (let at = 0; at < measured.length; at++) measured[(at + turn) % measured.length]?.turn();
  return measured.map((each) => each.samples());
}

class Measured {
  readonly #engine: Engine;
  readonly #requests: readonly Request[];
  readonly #samplesOfTurn: number;
  readonly #times: Float64Array;
  #count = 0;
  #error: Error | undefined;

  constructor(engine: Engine, requests: readonly Request[], workload: DecisionWorkload) {
    this.#engine = engine;
    this.#requests = requests;
    const samples = engine.slow ? workload.slowSamples : workload.samples;
    this.#samplesOfTurn = samples / turns;
    this.#times = new Float64Array(samples);
    try {
      this.#warmUp(engine.slow ? workload.slowSamples / 3 : workload.warmUp);
    } catch (error) {
      this.#error = error instanceof Error ? error : new Error(String(error));
    }
  }

  turn(): void {
    if (this.#error !== undefined) return;
    const end = performance.now() + slowMilliseconds;
    for (let index = 0; index < this.#samplesOfTurn; index++) {
      const decide = this.#engine.prepare(unseen(this.#request(this.#count * 7)));
      const begin = process.hrtime.bigint();
      decide();
      this.#times[this.#count++] = Number(process.hrtime.bigint() - begin);
      if (this.#engine.slow && performance.now() > end) return;
    }
  }

  samples(): Float64Array | Error {
    return this.#error ?? this.#times.subarray(0, this.#count);
  }

  #warmUp(decisions: number): void {
    const end = performance.now() + turns * slowMilliseconds;
    for (let index = 0; index < decisions; index++) {
      const request = this.#request(index);
      if (this.#engine.prepare(unseen(request))() !== request.allowed)
        throw new Error(`${this.#engine.name} answers ${JSON.stringify(request)} otherwise`);
      if (this.#engine.slow && performance.now() > end) return;
    }
  }

  #request(index: number): Request {
    const request = this.#requests[index % this.#requests.length];
    if (request === undefined) throw new Error('the workload has no requests');
    return request;
  }
}

/** The same request in texts of its own, as if it had just been read. */
function unseen(request: Request): Request {
  return { ...request, host: copied(request.host), path: copied(request.path) };
}

function copied(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** What reading the clock twice costs, in nanoseconds. */
export function clockCost(): Float64Array {
  return Float64Array.from({ length: 10_000 }, () => {
    const begin = process.hrtime.bigint();
    return Number(process.hrtime.bigint() - begin);
  });
}
