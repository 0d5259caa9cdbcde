import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { Simulation, type SimulationReport } from '@clawhold/policy';
import { ClawholdError, type Decision, type Question } from '@clawhold/spec';
import { connect } from '../connection/connect.ts';
import { compilePolicy, type PolicySurroundings, withSurroundings } from '../policy/policy-file.ts';
import { paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

interface Options extends PolicySurroundings {
  readonly export?: string;
}

export const addPolicySimulate: AddCommand = (policy, session) => {
  withSurroundings(policy.command('simulate'))
    .description('replay the decisions of the ledger against a draft, and count what would change')
    .argument('<file>', 'YAML file of the draft')
    .option('--export <file>', 'read this export of a ledger instead of the Clawhold that runs')
    .action(async (file: string, options: Options) => {
      const simulation = new Simulation(compilePolicy(file, options), Date.now());
      const lines = createInterface({ input: await openLedger(options.export), crlfDelay: Number.POSITIVE_INFINITY });
      try {
        for await (const line of lines) replay(line, simulation);
      } catch (cause) {
        throw new ClawholdError('input_file', 'The export cannot be read to its end.', { cause });
      }
      const report = simulation.report();
      session().output.result(report, () => draw(report));
    });
};

async function openLedger(file: string | undefined): Promise<Readable> {
  return file === undefined ? Readable.from(await connect().api.download('/audit/export')) : createReadStream(file);
}

/** Only lines that can hold a decision are parsed; an export has many others. */
function replay(line: string, simulation: Simulation): void {
  if (!line.includes('"decision.made"')) return;
  const { type, body } = JSON.parse(line) as { type?: string; body?: { question?: Question; decision?: Decision } };
  if (type === 'decision.made' && body?.question !== undefined && body.decision !== undefined)
    simulation.add(body.question, body.decision);
}

function draw({ decisions, leftOut, changes }: SimulationReport): string {
  const left = leftOut === 0 ? '' : ` ${leftOut} about spent budgets were left out.`;
  return [
    ...changes.map(({ direction, count, example, before, after, rule, reason }) => {
      const word = direction === 'opens' ? paint.bad('opens ') : paint.good('closes');
      return `${word}  ${count} × ${before} → ${after}, such as ${example}\n        ${paint.quiet(rule ?? reason)}`;
    }),
    `${decisions} recorded decisions were replayed; ${changes.reduce((sum, { count }) => sum + count, 0)} would change.${left}`,
  ].join('\n');
}
