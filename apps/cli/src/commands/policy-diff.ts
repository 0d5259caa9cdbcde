import { type AccessChange, type Change, diffPolicies } from '@clawhold/policy';
import { compilePolicy, type PolicySurroundings, withSurroundings } from '../policy/policy-file.ts';
import { paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

export const addPolicyDiff: AddCommand = (policy, session) => {
  withSurroundings(policy.command('diff'))
    .description('show by examples what a new document opens and closes; needs no running Clawhold')
    .argument('<before>', 'YAML file as it is')
    .argument('<after>', 'YAML file as it would be')
    .action((before: string, after: string, surroundings: PolicySurroundings) => {
      const [old, draft] = [compilePolicy(before, surroundings), compilePolicy(after, surroundings)];
      const found = diffPolicies(old, draft, Date.now());
      session().output.result(found, () =>
        [
          ...found.changes.map(draw),
          ...found.files.changes.map(drawFile),
          found.files.needsNewSandbox
            ? paint.warn(
                'That needs a new sandbox: it is refused while sandboxes of the agent run that began otherwise.',
              )
            : '',
          found.changes.length + found.files.changes.length === 0 ? paint.good('Both decide alike.') : '',
          paint.quiet(`${found.asked} kinds of questions were asked of both.`),
          ...found.limits.map((sentence) => paint.warn(sentence)),
        ]
          .filter((line) => line !== '')
          .join('\n'),
      );
    });
};

function drawFile({ direction, path, before, after }: AccessChange): string {
  return `${directionWords[direction]}  ${path}: ${before} → ${after}`;
}

const directionWords = { opens: paint.bad('opens '), closes: paint.good('closes') } as const;

function draw({ direction, what, question, before, after, rules, alike }: Change): string {
  const program = question?.caller.ancestors?.[0];
  const caller = program === undefined ? '' : ` by ${program}`;
  const more = alike > 1 ? `, and ${alike - 1} more kinds` : '';
  const rule = [...rules.after, ...rules.before][0];
  const why = rule === undefined ? '' : `\n        ${paint.quiet(rule)}`;
  return `${directionWords[direction]}  ${what}${caller}: ${before} → ${after}${more}${why}`;
}
