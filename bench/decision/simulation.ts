import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, decide } from '@clawhold/policy';
import { replay } from '@clawhold/replay';
import { noUsage, policyDocumentSchema } from '@clawhold/spec';
import { canonicalJson } from '../../packages/policy/src/compile/digest.ts';
import type { Row, Table } from '../report/table.ts';
import { type DecisionWorkload, type GeneratedWorkload, generate } from '../workloads/decision.ts';
import { documentOf, questionOf } from './clawhold.ts';

/** So many decisions in a row are about one run. */
const ofOneRun = 300;
const digest = 'a'.repeat(64);

/** How long `clawhold policy simulate` takes for the recorded decisions of the workload, from an export in a file. */
export async function simulationTable(workload: DecisionWorkload): Promise<Table> {
  const { records, rules } = workload.simulation;
  const generated = generate(workload, 'realistic', rules);
  const rows = [await simulate(generated, records, false), await simulate(generated, records, true)];
  return {
    title: `Simulation: ${records.toLocaleString('en')} recorded decisions, ${rules.toLocaleString('en')} realistic rules`,
    unit: 'of an export in a file',
    columns: [
      { name: 'seconds', decimals: 2 },
      { name: 'CPU seconds', decimals: 2 },
      { name: 'records/s' },
      { name: 'different questions, %', decimals: 1 },
      { name: 'changes' },
    ],
    rows,
  };
}

async function simulate(generated: GeneratedWorkload, records: number, allDifferent: boolean): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'clawhold-bench-'));
  try {
    const file = join(folder, 'export.ndjson');
    const different = await writeExport(file, generated, records, allDifferent);
    const services = generated.hosts.filter((_, at) => at % 10 !== 0);
    const draft = { name: 'draft.yaml', source: JSON.stringify(documentOf({ ...generated, hosts: services })) };
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    const report = await replay(createReadStream(file, { highWaterMark: 2 ** 20 }), { draft, now: 0 });
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    if (report.decisions !== records) throw new Error(`${report.decisions} of ${records} records were replayed`);
    return {
      name: allDifferent ? 'each question once' : 'questions come again',
      figures: {
        seconds,
        'CPU seconds': (user + system) / 1_000_000,
        'records/s': records / seconds,
        'different questions, %': (100 * different) / records,
        changes: report.changes.reduce((sum, { count }) => sum + count, 0),
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes an export of a ledger in which the requests of the workload were decided in turn. Gives how many are different. */
async function writeExport(
  file: string,
  generated: GeneratedWorkload,
  records: number,
  allDifferent: boolean,
): Promise<number> {
  const compiled = compile({ ceiling: policyDocumentSchema.parse({ version: 1 }), agent: documentOf(generated) });
  if (compiled.kind === 'invalid') throw new Error(compiled.problems[0]?.message ?? 'the workload does not compile');
  const asked = generated.requests.map((request) => {
    const question = questionOf(request);
    return { question, decision: decide(question, compiled.snapshot, noUsage, 0) };
  });
  const bodies = asked.map(({ question, decision }) => {
    const caller = { ...question.caller, run: 'RUN', sandbox: 'sbx_1' };
    const operation = { ...question.operation, query: allDifferent ? 'QUERY' : '' };
    return canonicalJson({ decision, question: { ...question, caller, operation }, step: null });
  });
  const out = createWriteStream(file, { highWaterMark: 2 ** 22 });
  for (let at = 0; at < records; at++) {
    const run = `run_${Math.floor(at / ofOneRun)
      .toString(36)
      .padStart(10, '0')}`;
    const body = bodies[(at * 7) % bodies.length]?.replace('"RUN"', `"${run}"`).replace('QUERY', `at=${at}`);
    const line = `{"actor":"supervisor","body":${body},"hash":"${digest}","previous":"${digest}","run":"${run}","sequence":${at + 1},"session":null,"team":null,"time":"2026-11-23T00:00:00.000Z","type":"decision.made"}\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  return allDifferent ? records : new Set(bodies).size;
}
