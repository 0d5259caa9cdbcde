import type { Endpoint, EndpointRule, PolicyDocument } from '@clawhold/spec';
import { compileGlob, type Glob } from '../glob/glob.ts';
import { HostIndex } from '../host/host-index.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { modeOf, portsOf } from '../load/endpoint-mode.ts';
import type { Place } from '../load/place.ts';
import { RequestIndex } from '../request/request-index.ts';
import type { CompiledEndpoint, CompiledRule, Grounds } from './snapshot.ts';

/** What the presets of `access` stand for: these methods on every path. */
export const presetMethods: Readonly<Record<NonNullable<Endpoint['access']>, readonly string[]>> = {
  'read-only': ['GET', 'HEAD', 'OPTIONS'],
  'read-write': ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH'],
  full: ['*'],
};

/** Builds the index of a document that `documentFindings` found nothing wrong with. */
export function compileNetwork(place: Place, document: PolicyDocument): HostIndex<CompiledEndpoint> | null {
  if (document.network_policies === undefined) return null;
  const index = new HostIndex<CompiledEndpoint>();
  for (const [name, policy] of Object.entries(document.network_policies)) {
    const binaries = policy.binaries?.flatMap(({ path }) => globOf(path)) ?? null;
    for (const [at, endpoint] of policy.endpoints.entries()) {
      const hosts = compileHostPattern(endpoint.host);
      if (hosts.kind === 'refused') continue;
      const compiled = compileEndpoint(place, `network_policies.${name}.endpoints[${at}]`, endpoint, binaries);
      for (const pattern of hosts.patterns) index.add(pattern, compiled);
    }
  }
  return index;
}

function compileEndpoint(
  place: Place,
  path: string,
  endpoint: Endpoint,
  binaries: readonly Glob[] | null,
): CompiledEndpoint {
  const open = place.grounds(path, 'rule', `The policy allows this connection (${path}).`);
  const rules = new RequestIndex<CompiledRule>();
  if (endpoint.access !== undefined) {
    const grounds = place.grounds(`${path}.access`, 'rule', `The policy allows this request (${path}.access).`);
    for (const method of presetMethods[endpoint.access])
      for (const glob of globOf('/**'))
        rules.add(method, glob, { verdict: 'allow', effect: null, inverse: null, destinations: [], grounds });
  }
  for (const [at, rule] of (endpoint.rules ?? []).entries()) addRule(rules, place, `${path}.rules[${at}]`, rule);
  return Object.freeze({
    mode: modeOf(endpoint),
    ports: portsOf(endpoint),
    binaries,
    rules,
    denies: compileDenies(place, path, endpoint),
    requestBytes: endpoint.request?.max_bytes ?? null,
    responseBytes: endpoint.response?.max_bytes ?? null,
    responseIntegrity: endpoint.response?.label ?? null,
    open,
  });
}

function compileDenies(place: Place, path: string, endpoint: Endpoint): RequestIndex<Grounds> | null {
  if (endpoint.deny_rules === undefined || endpoint.deny_rules.length === 0) return null;
  const denies = new RequestIndex<Grounds>();
  for (const [at, rule] of endpoint.deny_rules.entries()) {
    const where = `${path}.deny_rules[${at}]`;
    const grounds = place.grounds(where, 'explicit_deny', `A rule forbids this request (${where}).`);
    for (const glob of globOf(rule.path)) denies.add(rule.method.toUpperCase(), glob, grounds);
  }
  return denies;
}

function addRule(index: RequestIndex<CompiledRule>, place: Place, path: string, rule: EndpointRule): void {
  const verdict = rule.allow === undefined ? 'ask' : 'allow';
  const target = rule[verdict];
  if (target === undefined) return;
  const text =
    verdict === 'allow'
      ? `The policy allows this request (${path}).`
      : `The policy wants a person to agree to this request (${path}).`;
  const compiled: CompiledRule = Object.freeze({
    verdict,
    effect: rule.effect ?? (rule.inverse === undefined ? null : 'compensable'),
    inverse: rule.inverse ?? null,
    destinations: rule.destination ?? [],
    grounds: place.grounds(path, 'rule', text),
  });
  for (const glob of globOf(target.path)) index.add(target.method.toUpperCase(), glob, compiled);
}

function globOf(pattern: string): readonly Glob[] {
  const compiled = compileGlob(pattern, '/');
  return compiled.kind === 'ok' ? [compiled.glob] : [];
}
