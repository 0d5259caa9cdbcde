import { nearestWord } from '@clawhold/documents';
import type { Endpoint, Target } from '@clawhold/spec';
import { canonicalJson } from '../compile/digest.ts';
import { compiledGlobs } from '../glob/glob.ts';
import { protocolOf } from '../load/endpoint-protocol.ts';
import { knownMethods, serverMethods, sessionMethods, toolCallMethod } from '../operation/mcp-methods.ts';
import { normalisePath } from '../request/path.ts';
import { messageRules } from './message-cells.ts';
import { type CheckedRule, checkedRules, comparedPatterns, isWithin } from './rule-cells.ts';
import type { WarningFinding } from './warning.ts';

type Path = readonly (string | number)[];

/**
 * Rules of an endpoint that can never decide. The paths of their patterns are divided exactly, and so are the names in
 * messages, so a rule that is not named here decides about some request; matchers of queries and conditions on arguments are
 * the exception, which cover nothing but themselves and may be covered.
 */
export function ruleWarnings(endpoint: Endpoint, path: Path): readonly WarningFinding[] {
  const protocol = protocolOf(endpoint);
  if (protocol === 'tcp') return [];
  const requests = protocol === 'rest' || protocol === 'websocket' ? checkedRules(endpoint) : [];
  const messages = protocol === 'rest' ? [] : messageRules(endpoint);
  return [...comparedRules(requests, endpoint, path), ...comparedRules(messages, endpoint, path)];
}

function comparedRules(
  rules: readonly CheckedRule[] | undefined,
  endpoint: Endpoint,
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
  const unknown = unknownMethod(rule.target, endpoint);
  if (unknown !== undefined) return unknown;
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
  const asking = others.filter(({ verdict }) => verdict === 'ask');
  // Of GraphQL one rule must have all fields of an operation: what two have together neither of them may.
  const asked = rule.target.operation_type === undefined ? covering(rule, asking) : coveringAlone(rule, asking);
  if (rule.verdict === 'allow' && asked !== undefined)
    return {
      kind: 'shadowed',
      message: `This rule never allows anything: ${placeOf(asked)} asks for all of it, and asking wins.`,
      fix: 'Take this rule out, or let the other ask for less.',
    };
  const alike = rules.filter(
    (other) => other !== rule && other.verdict === rule.verdict && other.besides === rule.besides,
  );
  const same =
    coveringAlone(
      rule,
      alike.filter((other) => !other.partial && isFirst(other, rule)),
    ) ?? alike.find((other) => isWrittenAlike(other, rule) && other.index < rule.index);
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

function isWrittenAlike(one: CheckedRule, two: CheckedRule): boolean {
  return one.list === two.list && canonicalJson(one.target) === canonicalJson(two.target);
}

const mcpMethods = [...knownMethods, ...serverMethods, ...sessionMethods, toolCallMethod];

/** A method of MCP that no client sends, most often misspelt. */
function unknownMethod({ method }: Target, endpoint: Endpoint): Warning | undefined {
  if (protocolOf(endpoint) !== 'mcp' || method === undefined) return undefined;
  const globs = compiledGlobs(method, null);
  if (mcpMethods.some((name) => globs.some((glob) => glob.matches(name)))) return undefined;
  const near = nearestWord(method, mcpMethods);
  return {
    kind: 'unmatchable',
    message: `No request of MCP has the method ${method}${near === undefined ? '' : `; did you mean ${near}`}.`,
    fix:
      near === undefined ? 'Write a method of the protocol, such as `resources/read`.' : `Write \`method: ${near}\`.`,
  };
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
