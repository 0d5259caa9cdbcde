import { basename } from 'node:path';
import { Attempts, addNetworkPolicy, type Proposal, proposeRules } from '@clawhold/policy';
import { ClawholdError } from '@clawhold/spec';
import { compilePolicy, type PolicySurroundings, readPolicy, withSurroundings } from '../policy/policy-file.ts';
import { eachDecision } from '../policy/recorded-decisions.ts';
import { paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

interface Options extends PolicySurroundings {
  readonly export?: string;
  readonly agent?: string;
  readonly apply?: string;
}

/** How many examples of each proposal a person is shown; `--json` has all. */
const shown = 8;

/** Works on files: for a document that is not in force, and the denials of any ledger. */
export const addProposalsFrom: AddCommand = (command, session) => {
  withSurroundings(command.command('from'))
    .description('rules for a document of yours that would have let pass what was denied, to write into it')
    .argument('<file>', 'YAML file of the agent’s policy as it is')
    .option('--export <file>', 'read this export of a ledger instead of the Clawhold that runs')
    .option('--agent <name>', 'whose denials; default: the name of the file')
    .option('--apply <id>', 'print the document with this proposal in it; nothing is changed until it is put in force')
    .action(async (file: string, options: Options) => {
      const agent = options.agent ?? basename(file).replace(/\.ya?ml$/, '');
      const denials = new Attempts();
      await eachDecision(options.export, (question, decision) => {
        if (question.caller.agent === agent) denials.add(question, decision);
      });
      const { proposals, without } = proposeRules(denials.groups(), compilePolicy(file, options), Date.now());
      const { output } = session();
      if (options.apply !== undefined) {
        const source = applied(file, proposals, options.apply);
        output.result({ source }, () => source.trimEnd());
        return;
      }
      output.result({ proposals, without }, () =>
        [
          ...proposals.map(draw),
          ...without.map(({ what, count }) =>
            paint.quiet(`${count} × ${what}: no rule of this policy could open that alone.`),
          ),
          proposals.length === 0
            ? paint.good('Nothing that was denied to this agent could be opened by a rule.')
            : paint.quiet(`See a document with one of them:  clawhold policy proposals from ${file} --apply ID`),
        ].join('\n'),
      );
    });
};

function applied(file: string, proposals: readonly Proposal[], id: string): string {
  const proposal = proposals.find((one) => one.id === id);
  if (proposal === undefined)
    throw new ClawholdError('input_proposal', `There is no proposal ${id}.`, {
      hint: `List them with: npx clawhold policy proposals from ${file}`,
    });
  const { name, policy, count } = proposal;
  const comment = `Proposal ${id}: would have let pass what was denied ${count} times.`;
  const source = addNetworkPolicy(readPolicy(file), name, policy, comment);
  if (source !== undefined) return source;
  throw new ClawholdError('policy_invalid', `${file} has no place for a network policy.`, {
    hint: 'Write it as a mapping, with `network_policies` as one.',
  });
}

function draw({ id, count, tried, policy, changes, limits }: Proposal): string {
  const more = (all: readonly unknown[]): string => (all.length > shown ? `, and ${all.length - shown} more` : '');
  return [
    `${paint.strong(id)}  ${count} × ${tried.slice(0, shown).join(', ')}${more(tried)}`,
    `  ${paint.quiet(JSON.stringify(policy))}`,
    ...changes.slice(0, shown).map(({ what, after }) => `  ${paint.bad('opens ')} ${what}: ${after}`),
    ...(changes.length > shown ? [`  … ${changes.length - shown} more kinds, all with --json`] : []),
    ...limits.map((sentence) => `  ${paint.warn(sentence)}`),
  ].join('\n');
}
