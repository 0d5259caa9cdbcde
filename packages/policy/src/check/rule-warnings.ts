import type { Endpoint } from '@clawhold/spec';
import { protocolOf } from '../load/endpoint-protocol.ts';
import { messageRules } from './message-cells.ts';
import { narrowsAtLeast } from './narrowing.ts';
import type { Neighbourhood } from './neighbours.ts';
import { type CheckedRule, checkedRules, comparedPatterns, isWithin } from './rule-cells.ts';
import { unmatchableName } from './unmatchable-names.ts';
import { unmatchablePath } from './unmatchable-path.ts';
import type { WarningFinding } from './warning.ts';

type Path = readonly (string | number)[];
type Warning = Omit<WarningFinding, 'path'>;

/**
 * Rules of an endpoint that can never decide, by what it says itself and what others say wherever it is asked. The paths
 * of their patterns are divided exactly, and so are the names in messages, so a rule that is not named here decides about
 * some request, as far as conditions and matchers of queries go that are not written alike.
 */
export function ruleWarnings(
  endpoint: Endpoint,
  { others, isAlone }: Neighbourhood,
  path: Path,
): readonly WarningFinding[] {
  const protocol = protocolOf(endpoint);
  if (protocol === 'tcp') return [];
  const requests = protocol === 'rest' || protocol === 'websocket' ? checkedRules(endpoint, others) : [];
  const messages = protocol === 'rest' ? [] : messageRules(endpoint, others);
  return [requests, messages].flatMap((rules) => comparedRules(rules, endpoint, isAlone, path));
}

function comparedRules(
  rules: readonly CheckedRule[] | undefined,
  endpoint: Endpoint,
  isAlone: boolean,
  path: Path,
): readonly WarningFinding[] {
  if (rules === undefined)
    return [
      {
        kind: 'not_compared',
        path,
        message: `This endpoint has more than ${comparedPatterns} patterns or rules, so they were not compared with each other.`,
        fix: 'Use `access`, wider patterns, or several endpoints with a `path` of their own.',
      },
    ];
  const own = rules.filter(({ elsewhere }) => elsewhere === null);
  const written = own
    .filter(({ list }) => list !== 'access')
    .flatMap((rule) => {
      const found = warningOf(rule, rules, endpoint, isAlone);
      return found === undefined ? [] : [{ ...found, path: [...path, rule.list, rule.index] }];
    });
  // `access` is one word for several rules: it says nothing when none of them does.
  const access = own.filter(({ list }) => list === 'access').map((rule) => warningOf(rule, rules, endpoint, isAlone));
  const [first] = access;
  if (first === undefined || access.includes(undefined)) return written;
  return [{ ...first, path: [...path, 'access'] }, ...written];
}

function warningOf(
  rule: CheckedRule,
  rules: readonly CheckedRule[],
  endpoint: Endpoint,
  isAlone: boolean,
): Warning | undefined {
  const nowhere = unmatchableName(rule.target, endpoint) ?? unmatchablePath(rule, endpoint);
  if (nowhere !== undefined) return nowhere;
  // An encoded slash is no part of the division: such a pattern is compared with nothing.
  if (rule.cells.size === 0) return undefined;
  const others = rules.filter((other) => other !== rule && narrowsAtLeast(rule.target, other.target));
  const denied = covering(
    rule,
    others.filter(({ verdict }) => verdict === 'deny'),
  );
  if (rule.verdict !== 'deny' && denied !== undefined)
    return {
      kind: 'contradicting',
      message: `This rule never ${rule.verdict}s anything: ${placeOf(denied)} forbids all of it, and forbidding wins.`,
      fix: 'Take one of the two out.',
    };
  const asking = others.filter(({ verdict }) => verdict === 'ask');
  // Of GraphQL one rule must have all fields of an operation: what two have together neither of them may.
  const asked = rule.target.operation_type === undefined ? covering(rule, asking) : coveringAlone(rule, asking);
  if (rule.verdict === 'allow' && asked !== undefined)
    return {
      kind: 'shadowed',
      message: `This rule never allows anything: ${placeOf(asked)} asks for all of it, and asking wins.`,
      fix: 'Take this rule out, or let the other ask for less.',
    };
  const same = others.find(
    (other) =>
      other.verdict === rule.verdict &&
      other.besides === rule.besides &&
      isWithin(rule.cells, other.cells) &&
      (isBefore(other, rule) || !isWithin(other.cells, rule.cells) || !narrowsAtLeast(other.target, rule.target)),
  );
  if (same !== undefined)
    return {
      kind: 'shadowed',
      message: `${placeOf(same)} says the same about all of this.`,
      fix: 'Take this rule out.',
    };
  const opened = rules.filter(({ verdict }) => verdict !== 'deny');
  if (rule.verdict === 'deny' && isAlone && !touches(rule, opened))
    return {
      kind: 'dead',
      message: `\`access: ${endpoint.access}\` does not allow ${rule.target.method ?? '*'} anyway.`,
      fix: 'Take this rule out, unless it is meant for what this document extends.',
    };
  return undefined;
}

/** One of them that is about all that the rule is about, or the first of several that are so together. */
function covering(rule: CheckedRule, others: readonly CheckedRule[]): CheckedRule | undefined {
  const whole = coveringAlone(rule, others);
  if (whole !== undefined) return whole;
  const together = new Set(others.flatMap(({ cells }) => [...cells]));
  return isWithin(rule.cells, together) ? others.find((other) => touches(rule, [other])) : undefined;
}

function coveringAlone(rule: CheckedRule, others: readonly CheckedRule[]): CheckedRule | undefined {
  return others.find(({ cells }) => isWithin(rule.cells, cells));
}

/** Of two rules about the same the later one is superfluous. */
function isBefore(other: CheckedRule, rule: CheckedRule): boolean {
  if (other.elsewhere !== null) return other.elsewhere.isEarlier;
  return rule.list !== 'access' && (other.list === 'access' || other.index < rule.index);
}

function touches(rule: CheckedRule, others: readonly CheckedRule[]): boolean {
  return others.some(({ cells }) => [...rule.cells].some((cell) => cells.has(cell)));
}

function placeOf({ list, index, elsewhere }: CheckedRule): string {
  const name = list === 'access' ? 'access' : `${list}[${index}]`;
  if (elsewhere !== null) return `${elsewhere.place}.${name}`;
  return list === 'access' ? '`access`' : name;
}
