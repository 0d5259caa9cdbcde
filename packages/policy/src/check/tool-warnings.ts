import type { PolicyDocument, ToolRule } from '@clawhold/spec';
import { name } from '../space/shape.ts';
import { patternCells } from './covered-patterns.ts';
import { isWithin } from './rule-cells.ts';
import type { WarningFinding } from './warning.ts';

const strictness = { allow: 0, ask: 1, deny: 2 } as const;

/** Rules about tools that others, which are as strict or stricter and always apply, leave nothing to say. */
export function toolWarnings({ tools = [] }: PolicyDocument): readonly WarningFinding[] {
  const cells = patternCells(
    tools.map(({ match }) => match),
    null,
    name,
  );
  if (cells === undefined) return [];
  const cellsOf = (at: number): ReadonlySet<number> => cells[at] ?? new Set();
  const verdictOf = ({ decision = 'allow' }: ToolRule): keyof typeof strictness => decision;
  return tools.flatMap((rule, index): readonly WarningFinding[] => {
    const verdict = verdictOf(rule);
    const path = ['tools', index];
    // A rule with a condition leaves something over, and a rate or an effect is something of its own.
    const others = tools.flatMap((other, at) => (at === index || other.where !== undefined ? [] : [{ other, at }]));
    const denies = others.filter(({ other }) => verdictOf(other) === 'deny');
    const isDenied = isWithin(cellsOf(index), new Set(denies.flatMap(({ at }) => [...cellsOf(at)])));
    if (isDenied && verdict !== 'deny') {
      const [first] = denies.filter(({ at }) => [...cellsOf(index)].some((cell) => cellsOf(at).has(cell)));
      return [
        {
          kind: 'contradicting',
          path,
          message: `tools[${first?.at}] forbids ${denies.some(({ at }) => isWithin(cellsOf(index), cellsOf(at))) ? '' : 'with others '}all tools that this rule is about, and forbidding wins.`,
          fix: 'Take this rule out, or let the other speak of less.',
        },
      ];
    }
    if (verdict === 'deny' && rule.burst !== undefined && rule.where === undefined)
      return [
        {
          kind: 'dead',
          path: [...path, 'burst'],
          message: 'What is forbidden anyway is never counted.',
          fix: 'Take `burst` out, or write another `decision`.',
        },
      ];
    if (rule.burst !== undefined || rule.effect !== undefined) return [];
    const shadow = others.find(({ other, at }) => {
      const stricter = strictness[verdictOf(other)] - strictness[verdict];
      const isSame = stricter === 0 && other.burst === undefined && other.effect === undefined;
      const isWider = at < index || rule.where !== undefined || cellsOf(at).size > cellsOf(index).size;
      return (stricter > 0 || (isSame && isWider)) && isWithin(cellsOf(index), cellsOf(at));
    });
    if (shadow === undefined) return [];
    const decision = verdictOf(shadow.other);
    return [
      {
        kind: 'shadowed',
        path,
        message:
          decision === verdict
            ? `tools[${shadow.at}] says the same about these tools.`
            : `tools[${shadow.at}] says \`${decision}\` about the same tool, and the stricter rule wins.`,
        fix: 'Take this rule out, or let the other speak of less.',
      },
    ];
  });
}
