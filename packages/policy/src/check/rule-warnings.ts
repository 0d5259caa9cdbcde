import type { Endpoint } from '@clawhold/spec';
import { protocolOf } from '../load/endpoint-protocol.ts';
import { normalisePath } from '../request/path.ts';
import { type CheckedRule, checkedRules, comparedPatterns, isWithin } from './rule-cells.ts';
import type { WarningFinding } from './warning.ts';

type Path = readonly (string | number)[];

/**
 * Rules of an endpoint that can never decide. The paths of their patterns are divided exactly, so a rule that is not named
 * here decides about some request; query matchers are the exception, which cover nothing and may be covered.
 */
export function ruleWarnings(endpoint: Endpoint, path: Path): readonly WarningFinding[] {
  const protocol = protocolOf(endpoint);
  if (protocol !== 'rest' && protocol !== 'websocket') return [];
  const rules = checkedRules(endpoint);
  if (rules === undefined)
    return [
      {
        kind: 'not_compared',
        path,
        message: `This endpoint has more than ${comparedPatterns} path patterns, so its rules were not compared with each other.`,
        fix: 'Use `access`, wider patterns, or several endpoints with a `path` of their own.',
      },
    ];
  return rules
    .filter(({ list }) => list !== 'access')
    .flatMap((rule) => {
      const found = warningOf(rule, rules, endpoint);
      return found === undefined ? [] : [{ ...found, path: [...path, rule.list, rule.index] }];
    });
}

type Warning = Omit<WarningFinding, 'path'>;

function warningOf(rule: CheckedRule, rules: readonly CheckedRule[], endpoint: Endpoint): Warning | undefined {
  // Percent-encoded characters are no part of the division: such a pattern is compared with nothing.
  const isEncoded = rule.target.path?.includes('%') === true;
  if (rule.cells.size === 0 || isEncoded)
    return isEncoded ? wronglyEncoded(rule, endpoint) : unmatchable(rule, endpoint);
  const others = rules.filter((other) => other !== rule && !other.partial);
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
  const asked = covering(
    rule,
    others.filter(({ verdict }) => verdict === 'ask'),
  );
  if (rule.verdict === 'allow' && asked !== undefined)
    return {
      kind: 'shadowed',
      message: `This rule never allows anything: ${placeOf(asked)} asks for all of it, and asking wins.`,
      fix: 'Take this rule out, or let the other ask for less.',
    };
  const same = coveringAlone(
    rule,
    others.filter((other) => other.verdict === rule.verdict && other.besides === rule.besides && isFirst(other, rule)),
  );
  if (same !== undefined)
    return {
      kind: 'shadowed',
      message: `${placeOf(same)} says the same about all of this.`,
      fix: 'Take this rule out.',
    };
  if (
    rule.verdict === 'deny' &&
    endpoint.access !== undefined &&
    !touches(
      rule,
      others.filter((one) => one.list === 'access'),
    )
  )
    return {
      kind: 'dead',
      message: `\`access: ${endpoint.access}\` does not allow ${rule.target.method ?? '*'} anyway.`,
      fix: 'Take this rule out, unless it is meant for other endpoints of this host.',
    };
  return undefined;
}

function unmatchable({ target }: CheckedRule, endpoint: Endpoint): Warning {
  const { path = '' } = target;
  const fix = 'Write the path as it looks after normalisation.';
  if (/[*?{]/.test(path))
    return {
      kind: 'unmatchable',
      message: `No request has such a path: after normalisation none matches ${path}.`,
      fix,
    };
  const normal = normalisePath(path, { encodedSlash: endpoint.allow_encoded_slash ?? false });
  const why = normal.kind === 'refused' ? normal.reason : `its normal form is ${normal.path}.`;
  return { kind: 'unmatchable', message: `No request has this path: ${why}`, fix };
}

function wronglyEncoded(rule: CheckedRule, endpoint: Endpoint): Warning | undefined {
  const { path = '' } = rule.target;
  if (/[*?{]/.test(path)) return undefined;
  const normal = normalisePath(path, { encodedSlash: endpoint.allow_encoded_slash ?? false });
  return normal.kind === 'ok' && normal.path === path ? undefined : unmatchable(rule, endpoint);
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
function isFirst(other: CheckedRule, rule: CheckedRule): boolean {
  return other.cells.size > rule.cells.size || rule.partial || other.index < rule.index || other.list === 'access';
}

function touches(rule: CheckedRule, others: readonly CheckedRule[]): boolean {
  return others.some(({ cells }) => [...rule.cells].some((cell) => cells.has(cell)));
}

function placeOf({ list, index }: CheckedRule): string {
  return list === 'access' ? '`access`' : `${list}[${index}]`;
}
