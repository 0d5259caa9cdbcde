import type { Endpoint, EndpointRule, EndpointTool, Target } from '@clawhold/spec';
import { protocolOf } from '../load/endpoint-protocol.ts';
import type { Place } from '../load/place.ts';
import { knownMethods, lifecycleMethods, sessionMethods, toolCallMethod } from '../operation/mcp-methods.ts';
import { createOperationIndex, type OperationIndex } from '../operation/operation-index.ts';
import { compileQualifier } from '../operation/qualifier.ts';
import { presetTargets } from './presets.ts';
import type { CompiledDeny, CompiledRule, Grounds } from './snapshot.ts';

export function compileRules(place: Place, path: string, endpoint: Endpoint): OperationIndex<CompiledRule> {
  const index = createOperationIndex<CompiledRule>(endpoint);
  const targets = presetTargets(endpoint);
  if (targets.length > 0) {
    const grounds = place.grounds(`${path}.access`, 'rule', `The policy allows this request (${path}.access).`);
    for (const target of targets)
      index.add(target, { ...plainRule(grounds), qualifier: compileQualifier(target, endpoint, false) });
  }
  for (const [at, rule] of (endpoint.rules ?? []).entries())
    addRule(index, place, `${path}.rules[${at}]`, rule, endpoint);
  for (const [at, tool] of (endpoint.tools ?? []).entries())
    if (tool.deny === undefined) addTool(index, place, `${path}.tools[${at}]`, tool, endpoint);
  const { methods, reason } = impliedMethods(endpoint);
  if (methods.length > 0) {
    const grounds = place.grounds(path, 'rule', `${reason} (${path}).`);
    for (const method of methods) index.add({ method }, plainRule(grounds));
  }
  return index;
}

export function compileDenies(place: Place, path: string, endpoint: Endpoint): OperationIndex<CompiledDeny> | null {
  const denied = [
    ...(endpoint.deny_rules ?? []).map((target, at) => ({ where: `${path}.deny_rules[${at}]`, target })),
    ...(endpoint.tools ?? []).flatMap((tool, at) =>
      tool.deny === undefined ? [] : [{ where: `${path}.tools[${at}]`, target: toolTarget(tool) }],
    ),
  ];
  if (denied.length === 0) return null;
  const index = createOperationIndex<CompiledDeny>(endpoint);
  for (const { where, target } of denied) {
    const grounds = place.grounds(where, 'explicit_deny', `A rule forbids this request (${where}).`);
    index.add(target, Object.freeze({ ...grounds, qualifier: compileQualifier(target, endpoint, true) }));
  }
  return index;
}

function addRule(
  index: OperationIndex<CompiledRule>,
  place: Place,
  path: string,
  rule: EndpointRule,
  endpoint: Endpoint,
): void {
  const verdict = rule.allow === undefined ? 'ask' : 'allow';
  const target = rule[verdict];
  if (target === undefined) return;
  index.add(
    target,
    Object.freeze({
      ...place.grounds(path, 'rule', ruleText(verdict, path)),
      verdict,
      effect: rule.effect ?? (rule.inverse === undefined ? null : 'compensable'),
      inverse: rule.inverse ?? null,
      destinations: rule.destination ?? [],
      qualifier: compileQualifier(target, endpoint, false),
    }),
  );
}

function addTool(
  index: OperationIndex<CompiledRule>,
  place: Place,
  path: string,
  tool: EndpointTool,
  endpoint: Endpoint,
): void {
  const verdict = tool.allow === undefined ? 'ask' : 'allow';
  const target = toolTarget(tool);
  const qualifier = compileQualifier(target, endpoint, false);
  const grounds = place.grounds(path, 'rule', ruleText(verdict, path));
  const effect = tool.effect ?? null;
  index.add(target, Object.freeze({ ...grounds, verdict, effect, inverse: null, destinations: [], qualifier }));
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
