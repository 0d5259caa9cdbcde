import { compileDraft, type SimulationReport } from '@clawhold/policy';
import { replay } from '@clawhold/replay';
import { type PolicySurroundings, readDraft, whereProblemsAre, withSurroundings } from '../policy/policy-file.ts';
import { openLedger } from '../policy/recorded-decisions.ts';
import { paint } from '../terminal/output.ts';
import { startProgress } from '../terminal/progress.ts';
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
      const draft = readDraft(file, options);
      compileDraft(draft, whereProblemsAre); // says what is wrong with it before anything is read
      const progress = startProgress();
      const report = await replay(await openLedger(options.export), {
        draft,
        now: Date.now(),
        onProgress: ({ records }) => progress.report(`${records.toLocaleString('en')} decisions`),
      }).finally(() => progress.end());
      session().output.result(report, () => draw(report));
    });
};

function draw({ decisions, leftOut, unreadable, changes }: SimulationReport): string {
  const left = leftOut === 0 ? '' : ` ${leftOut} about spent budgets were left out.`;
  const broken = unreadable === 0 ? '' : ` ${unreadable} records could not be read.`;
  return [
    ...changes.map(({ direction, count, example, before, after, rule, reason }) => {
      const word = direction === 'opens' ? paint.bad('opens ') : paint.good('closes');
      return `${word}  ${count} × ${before} → ${after}, such as ${example}\n        ${paint.quiet(rule ?? reason)}`;
    }),
    `${decisions} recorded decisions were replayed; ${changes.reduce((sum, { count }) => sum + count, 0)} would change.${left}${broken}`,
  ].join('\n');
}
