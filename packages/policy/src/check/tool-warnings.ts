import type { PolicyDocument } from '@clawhold/spec';
import { textClasses } from '../space/classes.ts';
import { name } from '../space/shape.ts';
import { comparedPatterns, isWithin } from './rule-cells.ts';
import type { WarningFinding } from './warning.ts';

const strictness = { allow: 0, ask: 1, deny: 2 } as const;

/** Rules about tools that another rule, which is as strict or stricter and always applies, leaves nothing to say. */
export function toolWarnings({ tools = [] }: PolicyDocument): readonly WarningFinding[] {
  const patterns = [...new Set(tools.map(({ match }) => match))];
  if (patterns.length > comparedPatterns) return [];
  const { classes, complete } = textClasses(patterns, null, name);
  if (!complete) return [];
  const cells = patterns.map(
    (_, pattern) => new Set(classes.flatMap((one, at) => (one.patterns.includes(pattern) ? [at] : []))),
  );
  const cellsOf = (match: string): ReadonlySet<number> => cells[patterns.indexOf(match)] ?? new Set();
  return tools.flatMap((rule, index) => {
    const verdict = rule.decision ?? 'allow';
    const shadow = tools.findIndex((other, at) => {
      // A rule with a condition leaves something over, and a rate or an effect is something of its own.
      if (at === index || other.where !== undefined || rule.burst !== undefined || rule.effect !== undefined)
        return false;
      const stricter = strictness[other.decision ?? 'allow'] - strictness[verdict];
      const isSame = stricter === 0 && other.burst === undefined && other.effect === undefined && at < index;
      return (stricter > 0 || isSame) && isWithin(cellsOf(rule.match), cellsOf(other.match));
    });
    const found = tools[shadow];
    if (found === undefined) return [];
    const other = found.decision ?? 'allow';
    return [
      {
        kind: 'shadowed' as const,
        path: ['tools', index],
        message:
          other === verdict
            ? `tools[${shadow}] says the same about these tools.`
            : `tools[${shadow}] says \`${other}\` about the same tool, and the stricter rule wins.`,
        fix: 'Take this rule out, or let the other speak of less.',
      },
    ];
  });
}
