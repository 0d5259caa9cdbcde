import type { Endpoint, EndpointRule, EndpointTool, Target } from '@clawhold/spec';
import { protocolOf } from '../load/endpoint-protocol.ts';
import type { Place } from '../load/place.ts';
import { knownMethods, lifecycleMethods, sessionMethods, toolCallMethod } from '../operation/mcp-methods.ts';
import type { Targeted } from '../operation/operation-index.ts';
import { compileQualifier } from '../operation/qualifier.ts';
import type { CompiledDeny, CompiledRule, Grounds } from './compiled-endpoint.ts';
import { presetTargets } from './presets.ts';

export function compileRules(place: Place, path: string, endpoint: Endpoint): readonly Targeted<CompiledRule>[] {
  return [
    ...presetRules(place, `${path}.access`, endpoint),
    ...(endpoint.rules ?? []).flatMap((rule, at) => compileRule(place, `${path}.rules[${at}]`, rule, endpoint)),
    ...(endpoint.tools ?? []).flatMap((tool, at) =>
      tool.deny === undefined ? [compileTool(place, `${path}.tools[${at}]`, tool, endpoint)] : [],
    ),
    ...impliedRules(place, path, endpoint),
  ];
}

export function compileDenies(place: Place, path: string, endpoint: Endpoint): readonly Targeted<CompiledDeny>[] {
  const denied = [
    ...(endpoint.deny_rules ?? []).map((target, at) => ({ where: `${path}.deny_rules[${at}]`, target })),
    ...(endpoint.tools ?? []).flatMap((tool, at) =>
      tool.deny === undefined ? [] : [{ where: `${path}.tools[${at}]`, target: toolTarget(tool) }],
    ),
  ];
  return denied.map(({ where, target }): Targeted<CompiledDeny> => {
    const text = `A rule forbids this request (${where}).`;
    const { reason, rule, order } = place.grounds(where, 'explicit_deny', text);
    const qualifier = compileQualifier(target, endpoint, true);
    return { target, value: Object.freeze({ reason, rule, order, qualifier }) };
  });
}

function presetRules(place: Place, path: string, endpoint: Endpoint): readonly Targeted<CompiledRule>[] {
  const targets = presetTargets(endpoint);
  if (targets.length === 0) return [];
  const grounds = place.grounds(path, 'rule', `The policy allows this request (${path}).`);
  return targets.map((target) => {
    const qualifier = compileQualifier(target, endpoint, false);
    return { target, value: compiledRule(grounds, { qualifier }) };
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
  const value = compiledRule(place.grounds(path, 'rule', ruleText(verdict, path)), {
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
  return { target, value: compiledRule(grounds, { verdict, effect, qualifier }) };
}

function impliedRules(place: Place, path: string, endpoint: Endpoint): readonly Targeted<CompiledRule>[] {
  const { methods, reason } = impliedMethods(endpoint);
  if (methods.length === 0) return [];
  const grounds = place.grounds(path, 'rule', `${reason} (${path}).`);
  return methods.map((method) => ({ target: { method }, value: compiledRule(grounds) }));
}

export function toolTarget({ name, where }: EndpointTool): Target {
  return { method: toolCallMethod, tool: name, ...(where === undefined ? {} : { where }) };
}

function ruleText(verdict: 'allow' | 'ask', path: string): string {
  return verdict === 'allow'
    ? `The policy allows this request (${path}).`
    : `The policy wants a person to agree to this request (${path}).`;
}

/** Names every field: what is added to a spread object stands in a second one, which a decision would have to read too. */
function compiledRule(
  { reason, rule, order }: Grounds,
  said: Partial<Omit<CompiledRule, keyof Grounds>> = {},
): CompiledRule {
  const { verdict = 'allow', effect = null, inverse = null, destinations = [], qualifier = null } = said;
  return Object.freeze({ reason, rule, order, verdict, effect, inverse, destinations, qualifier });
}

/** The methods of an MCP endpoint that no rule spells out. */
export function impliedMethods(endpoint: Endpoint): { readonly methods: readonly string[]; readonly reason: string } {
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
