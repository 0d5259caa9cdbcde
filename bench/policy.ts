/**
 * How long one decision about an HTTP request takes, at 100 to 100,000 rules, beside two other engines with equal
 * rules. The rules and questions come from `workloads/decision.json`; an engine that answers one of them otherwise than
 * the workload says gets no figures.
 */
import { agentGovernanceEngine } from './decision/agent-governance.ts';
import { slicedCedarEngine, wholeCedarEngine } from './decision/cedar.ts';
import { clawholdEngines } from './decision/clawhold.ts';
import type { Engine } from './decision/engine.ts';
import { clockCost, measureEngines } from './decision/measure.ts';
import { simulationTable } from './decision/simulation.ts';
import { installPeers, peerVersion } from './peers/packages.ts';
import { quantile } from './report/quantile.ts';
import type { Table } from './report/table.ts';
import { type Timing, timingTable } from './report/timing-table.ts';
import { type Findings, progress, runTopic, sentenceOf } from './topic.ts';
import {
  type DecisionWorkload,
  type GeneratedWorkload,
  generate,
  readWorkload,
  type Shape,
} from './workloads/decision.ts';

interface Peer {
  readonly name: string;
  readonly open: (workload: GeneratedWorkload) => Engine | undefined;
}

const peers = [
  { name: '@cedar-policy/cedar-wasm', open: slicedCedarEngine },
  { name: '@cedar-policy/cedar-wasm', open: wholeCedarEngine },
  { name: '@microsoft/agent-governance-sdk', open: agentGovernanceEngine },
] as const satisfies readonly Peer[];

const own = 'clawhold decide';

function compare(workload: DecisionWorkload, shape: Shape, rules: number): Table {
  progress(`${shape}, ${rules.toLocaleString('en')} rules`);
  const generated = generate(workload, shape, rules);
  const ours = clawholdEngines(generated).filter(({ slow }) => !slow || rules <= workload.othersUpTo);
  // Wildcards are ours alone: the others are only asked what they can express as exactly.
  const others = (shape === 'exact' && rules <= workload.othersUpTo ? peers : []).map((peer) => open(peer, generated));
  const engines = [...ours, ...others.filter((engine) => 'prepare' in engine)];
  const samples = measureEngines(engines, generated.requests, workload);
  const timings = engines.map(({ name }, at): Timing => {
    const measured = samples[at];
    return measured instanceof Float64Array ? { name, samples: measured } : { name, reason: sentenceOf(measured) };
  });
  return timingTable({
    title: `Decision: ${shape} rules, ${rules.toLocaleString('en')} of them`,
    unit: `ns; ratio to ${own}`,
    decimals: 0,
    timings: [...timings, ...others.filter((engine) => 'reason' in engine)],
    against: own,
  });
}

/** The engine of a peer with these rules, or why there is none. */
function open({ name, open: make }: Peer, generated: GeneratedWorkload): Engine | Timing {
  try {
    return make(generated) ?? { name, reason: 'not installed, or does not load here' };
  } catch (error) {
    return { name, reason: sentenceOf(error) };
  }
}

async function measure(): Promise<Findings> {
  const uninstalled = installPeers();
  const workload = readWorkload();
  const shapes = ['exact', 'mixed', 'realistic'] as const;
  const tables = shapes.flatMap((shape) => workload.rules.map((rules) => compare(workload, shape, rules)));
  progress('simulate');
  const simulation = await simulationTable(workload);
  const clock = quantile(clockCost().toSorted(), 0.5);
  return {
    tables: [...tables, simulation],
    notes: [
      `Workload bench/workloads/decision.json, seed ${workload.seed}. Reading the clock is ${clock} ns of each figure.`,
      ...(uninstalled === undefined ? [] : [`${uninstalled}.`]),
    ],
    versions: Object.fromEntries(peers.map(({ name }) => [name, peerVersion(name)])),
  };
}

await runTopic(measure);
