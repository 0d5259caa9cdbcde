import { confidentialityLevels, type FlowRule, integrityLevels, type PolicyDocument } from '@clawhold/spec';
import type { WarningFinding } from './warning.ts';

type Asking = NonNullable<FlowRule['ask']>;

/** Flow rules that another, which is as strict or stricter and about all of the same movements, leaves nothing to say. */
export function flowWarnings({ flows = [] }: PolicyDocument): readonly WarningFinding[] {
  return flows.flatMap((rule, index) => {
    const shadow = flows.findIndex(
      (other, at) => at !== index && isWithin(rule, other) && (at < index || !isWithin(other, rule)),
    );
    const found = flows[shadow];
    if (found === undefined) return [];
    const verb = found.deny === undefined ? 'asks about' : 'forbids';
    return [
      {
        kind: 'shadowed' as const,
        path: ['flows', index],
        message: `flows[${shadow}] ${verb} all that this rule is about.`,
        fix: 'Take this rule out, or let the other speak of less.',
      },
    ];
  });
}

/** Whether the second says as much or more about every movement that the first is about. */
function isWithin(rule: FlowRule, other: FlowRule): boolean {
  const [one, two] = [rule.deny ?? rule.ask, other.deny ?? other.ask];
  if (one === undefined || two === undefined || !isAsStrict(rule, other)) return false;
  const sameValue = one.to.parameter === two.to.parameter;
  const sameReader = two.to.reader === undefined || two.to.reader === one.to.reader;
  return (
    sameValue &&
    sameReader &&
    reaches(integrityLevels, one.from.integrity, two.from.integrity) &&
    reaches(confidentialityLevels, one.from.confidentiality, two.from.confidentiality)
  );
}

function isAsStrict({ ask: asks }: FlowRule, { deny, ask }: FlowRule): boolean {
  if (deny !== undefined) return true;
  return asks !== undefined && ask !== undefined && demandsAsMuch(asks, ask);
}

function demandsAsMuch(asks: Asking, other: Asking): boolean {
  return (other.approvers ?? 1) >= (asks.approvers ?? 1) && (asks.not === undefined || asks.not === other.not);
}

/** A condition is about its level and all that is worse: the second begins no later than the first. */
function reaches<Level>(levels: readonly Level[], one: Level | undefined, two: Level | undefined): boolean {
  return two === undefined || (one !== undefined && levels.indexOf(two) <= levels.indexOf(one));
}
