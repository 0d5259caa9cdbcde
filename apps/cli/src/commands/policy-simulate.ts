import { Simulation, type SimulationReport } from '@clawhold/policy';
import { compilePolicy, type PolicySurroundings, withSurroundings } from '../policy/policy-file.ts';
import { eachDecision } from '../policy/recorded-decisions.ts';
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
      await eachDecision(options.export, (question, decision) => simulation.add(question, decision));
      const report = simulation.report();
      session().output.result(report, () => draw(report));
    });
};

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
