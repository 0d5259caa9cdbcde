import type { DecisionWorkload, Request } from '../workloads/decision.ts';
import type { Engine } from './engine.ts';

/** An engine that is slow is not asked longer than this; of one that takes a third of a second there are few samples. */
const slowMilliseconds = 5_000;

/**
 * Times single decisions, in nanoseconds; the clock's own cost is in each of them.
 *
 * @throws Error when the engine answers a request otherwise than the workload says: then its figures mean nothing.
 */
export function measureEngine(engine: Engine, requests: readonly Request[], workload: DecisionWorkload): Float64Array {
  const decisions = requests.map((request) => ({ request, decide: engine.prepare(request) }));
  const at = (index: number): (typeof decisions)[number] => {
    const decision = decisions[index % decisions.length];
    if (decision === undefined) throw new Error('the workload has no requests');
    return decision;
  };
  const samples = engine.slow ? workload.slowSamples : workload.samples;
  const warmUpEnd = performance.now() + slowMilliseconds;
  for (let index = 0; index < (engine.slow ? workload.slowSamples / 3 : workload.warmUp); index++) {
    const { request, decide } = at(index);
    if (decide() !== request.allowed) throw new Error(`${engine.name} answers ${JSON.stringify(request)} otherwise`);
    if (engine.slow && performance.now() > warmUpEnd) break;
  }
  const times = new Float64Array(samples);
  const end = performance.now() + slowMilliseconds;
  for (let index = 0; index < samples; index++) {
    const { decide } = at(index * 7);
    const begin = process.hrtime.bigint();
    decide();
    times[index] = Number(process.hrtime.bigint() - begin);
    if (engine.slow && performance.now() > end) return times.subarray(0, index + 1);
  }
  return times;
}

/** What reading the clock twice costs, in nanoseconds. */
export function clockCost(): Float64Array {
  return Float64Array.from({ length: 10_000 }, () => {
    const begin = process.hrtime.bigint();
    return Number(process.hrtime.bigint() - begin);
  });
}
