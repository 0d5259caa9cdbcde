import type { Endpoint, EndpointRule, EndpointTool, Target } from '@clawhold/spec';
import type { PatternSets } from '../glob/pattern-sets.ts';
import { protocolOf } from '../load/endpoint-protocol.ts';
import type { Place } from '../load/place.ts';
import { knownMethods, lifecycleMethods, sessionMethods, toolCallMethod } from '../operation/mcp-methods.ts';
import { createOperationIndex, type OperationIndex, type Targeted } from '../operation/operation-index.ts';
import { compileQualifier } from '../operation/qualifier.ts';
import { presetTargets } from './presets.ts';
import type { CompiledDeny, CompiledRule, Grounds } from './snapshot.ts';

/** Where the patterns of all rules of a document stand. */
export interface RuleSets {
  readonly rules: PatternSets<CompiledRule>;
  readonly denies: PatternSets<CompiledDeny>;
}

export function compileRules(
  place: Place,
  path: string,
  endpoint: Endpoint,
  { rules: sets }: RuleSets,
): OperationIndex<CompiledRule> {
  const found = [
    ...presetRules(place, `${path}.access`, endpoint),
    ...(endpoint.rules ?? []).flatMap((rule, at) => compileRule(place, `${path}.rules[${at}]`, rule, endpoint)),
    ...(endpoint.tools ?? []).flatMap((tool, at) =>
      tool.deny === undefined ? [compileTool(place, `${path}.tools[${at}]`, tool, endpoint)] : [],
    ),
    ...impliedRules(place, path, endpoint),
  ];
  return createOperationIndex(endpoint, found, sets);
}

export function compileDenies(
  place: Place,
  path: string,
  endpoint: Endpoint,
  { denies: sets }: RuleSets,
): OperationIndex<CompiledDeny> | null {
  const denied = [
    ...(endpoint.deny_rules ?? []).map((target, at) => ({ where: `${path}.deny_rules[${at}]`, target })),
    ...(endpoint.tools ?? []).flatMap((tool, at) =>
      tool.deny === undefined ? [] : [{ where: `${path}.tools[${at}]`, target: toolTarget(tool) }],
    ),
  ];
  if (denied.length === 0) return null;
  const found = denied.map(({ where, target }): Targeted<CompiledDeny> => {
    const grounds = place.grounds(where, 'explicit_deny', `A rule forbids this request (${where}).`);
    return { target, value: Object.freeze({ ...grounds, qualifier: compileQualifier(target, endpoint, true) }) };
  });
  return createOperationIndex(endpoint, found, sets);
}

function presetRules(place: Place, path: string, endpoint: Endpoint): readonly Targeted<CompiledRule>[] {
  const targets = presetTargets(endpoint);
  if (targets.length === 0) return [];
  const grounds = place.grounds(path, 'rule', `The policy allows this request (${path}).`);
  return targets.map((target) => {
    const qualifier = compileQualifier(target, endpoint, false);
    return { target, value: Object.freeze({ ...plainRule(grounds), qualifier }) };
  });
}

function compileRule(
  place: Place,
  path: string,
  rule: EndpointRule,
  endpoint: Endpoint,
): readonly Targeted<CompiledRule>[] {
  const verdict = rule.allow === undefined ? 'ask' : 'allow';
  const target = rule[verdict];
  if (target === undefined) return [];
  const value = Object.freeze({
    ...place.grounds(path, 'rule', ruleText(verdict, path)),
    verdict,
    effect: rule.effect ?? (rule.inverse === undefined ? null : 'compensable'),
    inverse: rule.inverse ?? null,
    destinations: rule.destination ?? [],
    qualifier: compileQualifier(target, endpoint, false),
  });
  return [{ target, value }];
}

function compileTool(place: Place, path: string, tool: EndpointTool, endpoint: Endpoint): Targeted<CompiledRule> {
  const verdict = tool.allow === undefined ? 'ask' : 'allow';
  const target = toolTarget(tool);
  const qualifier = compileQualifier(target, endpoint, false);
  const grounds = place.grounds(path, 'rule', ruleText(verdict, path));
  const effect = tool.effect ?? null;
  return {
    target,
    value: Object.freeze({ ...grounds, verdict, effect, inverse: null, destinations: [], qualifier }),
  };
}

function impliedRules(place: Place, path: string, endpoint: Endpoint): readonly Targeted<CompiledRule>[] {
  const { methods, reason } = impliedMethods(endpoint);
  if (methods.length === 0) return [];
  const grounds = place.grounds(path, 'rule', `${reason} (${path}).`);
  return methods.map((method) => ({ target: { method }, value: plainRule(grounds) }));
}

export function toolTarget({ name, where }: EndpointTool): Target {
  return { method: toolCallMethod, tool: name, ...(where === undefined ? {} : { where }) };
}

function ruleText(verdict: 'allow' | 'ask', path: string): string {
  return verdict === 'allow'
    ? `The policy allows this request (${path}).`
    : `The policy wants a person to agree to this request (${path}).`;
}

function plainRule(grounds: Grounds): CompiledRule {
  return Object.freeze({
    ...grounds,
    verdict: 'allow',
    effect: null,
    inverse: null,
    destinations: [],
    qualifier: null,
  });
}

/** The methods of an MCP endpoint that no rule spells out. */
function impliedMethods(endpoint: Endpoint): { readonly methods: readonly string[]; readonly reason: string } {
  if (protocolOf(endpoint) !== 'mcp') return { methods: [], reason: '' };
  if (endpoint.mcp?.allow_all_known_mcp_methods === true) {
    const tools = namesTools(endpoint) ? [] : [toolCallMethod];
    return { methods: [...sessionMethods, ...knownMethods, ...tools], reason: 'The policy allows every method of MCP' };
  }
  const lifecycle = endpoint.tools === undefined ? [] : lifecycleMethods;
  return { methods: [...sessionMethods, ...lifecycle], reason: 'The policy allows this session' };
}

/** Whether a rule names tools: then a tool that none of them names may not be called. */
function namesTools({ rules = [], tools = [] }: Endpoint): boolean {
  if (tools.some(({ deny }) => deny === undefined)) return true;
  return rules.some(({ allow, ask }) => (allow ?? ask)?.tool !== undefined || (allow ?? ask)?.params !== undefined);
}
