/**
 * How long one decision about an HTTP request takes, at 10, 1,000 and 10,000 rules, beside two other engines with equal
 * rules. Prints; asserts nothing but that all engines give the same answers. Run: `node bench/decision.ts`. The other
 * engines are installed with `npm ci` in `bench/`.
 */
import { availableParallelism, loadavg } from 'node:os';
import { agentGovernanceEngine } from './decision/agent-governance.ts';
import { cedarEngine } from './decision/cedar.ts';
import { clawholdEngines } from './decision/clawhold.ts';
import type { Engine } from './decision/engine.ts';
import { type DecisionWorkload, generate, type Request, readWorkload, type Shape } from './workloads/decision.ts';

interface Measured {
  readonly name: string;
  readonly median: number;
  readonly high: number;
}

/** Times single decisions; the clock's own cost is printed apart and not taken off. */
function measure(engine: Engine, requests: readonly Request[], workload: DecisionWorkload): Measured {
  const decisions = requests.map((request) => ({ request, decide: engine.prepare(request) }));
  const at = (index: number): (typeof decisions)[number] => {
    const decision = decisions[index % decisions.length];
    if (decision === undefined) throw new Error('the workload has no requests');
    return decision;
  };
  const samples = engine.slow ? workload.slowSamples : workload.samples;
  for (let index = 0; index < (engine.slow ? workload.slowSamples / 3 : workload.warmUp); index++) {
    const { request, decide } = at(index);
    if (decide() !== request.allowed) throw new Error(`${engine.name} answers ${JSON.stringify(request)} otherwise`);
  }
  const times = new Float64Array(samples);
  for (let index = 0; index < samples; index++) {
    const { decide } = at(index * 7);
    const begin = process.hrtime.bigint();
    decide();
    times[index] = Number(process.hrtime.bigint() - begin);
  }
  times.sort();
  return { name: engine.name, median: quantile(times, 0.5), high: quantile(times, 0.99) };
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function report(workload: DecisionWorkload, shape: Shape, rules: number): void {
  const generated = generate(workload, shape, rules);
  const engines = [
    ...clawholdEngines(generated),
    ...(shape === 'exact' ? [cedarEngine(generated), agentGovernanceEngine(generated)] : []),
  ].filter((engine) => engine !== undefined);
  const measured = engines.map((engine) => measure(engine, generated.requests, workload));
  const own = measured[0]?.median ?? Number.NaN;
  console.log(`\n${shape}, ${rules.toLocaleString('en')} rules`);
  for (const { name, median, high } of measured)
    console.log(
      `  ${name.padEnd(28)} median ${nanoseconds(median)}   p99 ${nanoseconds(high)}   ${(median / own).toFixed(1).padStart(9)}x`,
    );
}

function nanoseconds(value: number): string {
  return `${Math.round(value).toLocaleString('en').padStart(12)} ns`;
}

function clockCost(): number {
  const times = Float64Array.from({ length: 10_000 }, () => {
    const begin = process.hrtime.bigint();
    return Number(process.hrtime.bigint() - begin);
  });
  return quantile(times.toSorted(), 0.5);
}

const workload = readWorkload();
console.log(
  `Decisions: Node ${process.versions.node}, ${availableParallelism()} processors, load ${loadavg()
    .map((value) => value.toFixed(2))
    .join(' ')}, workload bench/workloads/decision.json (seed ${workload.seed}).`,
);
console.log(`Reading the clock takes ${clockCost()} ns of each figure. Ratios are of medians to the first line.`);
for (const rules of workload.rules) report(workload, 'exact', rules);
for (const rules of workload.rules) report(workload, 'mixed', rules);
