import { compileDraft, type SimulationReport } from '@clawhold/policy';
import { replay } from '@clawhold/replay';
import { ClawholdError } from '@clawhold/spec';
import { type PolicySurroundings, readDraft, whereProblemsAre, withSurroundings } from '../policy/policy-file.ts';
import { openLedger } from '../policy/recorded-decisions.ts';
import { paint } from '../terminal/output.ts';
import { startProgress } from '../terminal/progress.ts';
import type { AddCommand } from './command.ts';

interface Options extends PolicySurroundings {
  readonly export?: string;
  readonly agent?: string;
}

export const addPolicySimulate: AddCommand = (policy, session) => {
  withSurroundings(policy.command('simulate'))
    .description(
      'replay the decisions of the ledger (all but allowed reads) against a draft, and count what would change',
    )
    .argument('<file>', 'YAML file of the draft')
    .option('--agent <name>', 'only what this agent asked; default: all that is recorded')
    .option('--export <file>', 'read this export of a ledger instead of the Clawhold that runs')
    .action(async (file: string, options: Options) => {
      const draft = readDraft(file, options);
      compileDraft(draft, whereProblemsAre); // says what is wrong with it before anything is read
      const progress = startProgress();
      const report = await replay(await openLedger(options.export), {
        draft,
        agent: options.agent,
        now: Date.now(),
        onProgress: ({ records }) => progress.report(`${records.toLocaleString('en')} decisions`),
      }).finally(() => progress.end());
      const { decisions, leftOut, unreadable } = report;
      // Of a file that is no export nothing would change either.
      if (options.export !== undefined && options.agent === undefined && decisions + leftOut + unreadable === 0)
        throw new ClawholdError('input_file', `${options.export} holds no recorded decision.`, {
          hint: 'Name an export of a ledger: npx clawhold audit export',
        });
      session().output.result(report, () => draw(report));
    });
};

function draw({ decisions, agents, leftOut, unreadable, changes }: SimulationReport): string {
  const left =
    leftOut === 0 ? '' : ` ${leftOut} were left out: spent budgets, granted rules, arguments too long for the ledger.`;
  const others =
    agents.length < 2
      ? ''
      : ` They are those of ${agents.join(', ')}: a document is for one, which --agent NAME picks.`;
  const broken = unreadable === 0 ? '' : ` ${unreadable} records could not be read.`;
  return [
    ...changes.map(({ direction, count, example, before, after, rule, reason }) => {
      const word = direction === 'opens' ? paint.bad('opens ') : paint.good('closes');
      return `${word}  ${count} × ${before} → ${after}, such as ${example}\n        ${paint.quiet(rule ?? reason)}`;
    }),
    `${decisions} recorded decisions were replayed; ${changes.reduce((sum, { count }) => sum + count, 0)} would change. Allowed reads are in the ledger as sums only, and are not among them.${others}${left}${broken}`,
  ].join('\n');
}
