import type { Endpoint, PolicyDocument, Target } from '@clawhold/spec';
import { presetMethods } from '../compile/presets.ts';
import { hardBlock } from '../decide/platform.ts';
import { type ClosedPolicy, closePolicy, type PolicyLibrary } from '../extends/close-policy.ts';
import { compileGlob } from '../glob/glob.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { readSource } from '../load/document-source.ts';
import { portsOf } from '../load/endpoint-protocol.ts';
import { loadPolicy } from '../load/load.ts';
import { type Finding, type Problem, writePath } from '../load/problem.ts';
import { normalisePath } from '../request/path.ts';

export interface PolicyReport {
  /** The document with all that it extends. */
  readonly loaded: ClosedPolicy;
  /** Rules that can never decide, or that open more than they seem to. The document is valid all the same. */
  readonly warnings: readonly Problem[];
}

/**
 * Everything that can be said about one document without the others: `clawhold policy check FILE` prints it.
 *
 * @param library what it may extend. Default: nothing.
 */
export function checkPolicy(source: string, name: string, library?: PolicyLibrary): PolicyReport {
  const loaded = closePolicy({ name, source }, library);
  const own = loadPolicy(source, name);
  const read = readSource(source, name);
  if (loaded.kind === 'invalid' || own.kind === 'invalid' || read.kind === 'invalid') return { loaded, warnings: [] };
  const warnings = warningsOf(own.document).map(({ path, message }) => read.source.problem(path, message));
  return { loaded, warnings };
}

function warningsOf(document: PolicyDocument): readonly Finding[] {
  return [
    ...Object.entries(document.network_policies ?? {}).flatMap(([name, policy]) =>
      policy.endpoints.flatMap((endpoint, index) =>
        endpointWarnings(endpoint, ['network_policies', name, 'endpoints', index]),
      ),
    ),
    ...shadowedTools(document),
  ];
}

function endpointWarnings(endpoint: Endpoint, path: readonly (string | number)[]): readonly Finding[] {
  const found: Finding[] = [];
  const hosts = compileHostPattern(endpoint.host);
  const exact = hosts.kind === 'ok' ? hosts.patterns.filter(({ glob }) => glob === null) : [];
  for (const { source } of exact) {
    const blocked = hardBlock(source);
    if (blocked !== undefined)
      found.push({ path: [...path, 'host'], message: `This endpoint can never open: ${blocked}` });
  }
  if (hosts.kind === 'ok' && exact.length < hosts.patterns.length && !portsOf(endpoint).includes(443))
    found.push({
      path: [...path, 'host'],
      message: 'A wildcard host on a port without TLS trusts whoever answers for the names.',
    });
  const rules = endpoint.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const target = rule.allow ?? rule.ask;
    const place = [...path, 'rules', index];
    if (target === undefined) continue;
    const dead = deadPath(target.path, endpoint);
    if (dead !== undefined) found.push({ path: place, message: dead });
    const shadow = rules.findIndex(
      (other) => other.ask !== undefined && rule.allow !== undefined && covers(other.ask, target),
    );
    if (shadow !== -1)
      found.push({
        path: place,
        message: `This rule never allows anything: rules[${shadow}] asks for all of it, and asking wins.`,
      });
  }
  for (const [index, rule] of (endpoint.deny_rules ?? []).entries()) {
    const dead = deadPath(rule.path, endpoint);
    if (dead !== undefined) found.push({ path: [...path, 'deny_rules', index], message: dead });
    const methods = endpoint.access === undefined ? undefined : presetMethods[endpoint.access];
    if (
      methods !== undefined &&
      rule.method !== undefined &&
      rule.method !== '*' &&
      !methods.includes('*') &&
      !methods.includes(rule.method.toUpperCase())
    )
      found.push({
        path: [...path, 'deny_rules', index],
        message: `\`access: ${endpoint.access}\` does not allow ${rule.method} anyway.`,
      });
  }
  return found;
}

/** A pattern without wildcard that no normalised path equals: `/a//b`, `/a/../b`, `/%41`. */
function deadPath(pattern: string | undefined, endpoint: Endpoint): string | undefined {
  if (pattern === undefined || /[*?{]/.test(pattern)) return undefined;
  const normal = normalisePath(pattern, { encodedSlash: endpoint.allow_encoded_slash ?? false });
  if (normal.kind === 'refused') return `No request has this path: ${normal.reason}`;
  return normal.path === pattern ? undefined : `No request has this path; its normal form is ${normal.path}.`;
}

/** Whether every request of the second falls under the first; false when that is not plain to see. */
function covers(wide: Target, narrow: Target): boolean {
  if (Object.keys(wide).some((key) => key !== 'method' && key !== 'path')) return false;
  if (wide.method === undefined || wide.path === undefined || narrow.path === undefined) return false;
  const method = wide.method === '*' || wide.method.toUpperCase() === narrow.method?.toUpperCase();
  if (!method) return false;
  if (wide.path === narrow.path || wide.path === '/**') return true;
  const glob = compileGlob(wide.path, '/');
  return glob.kind === 'ok' && !/[*?{]/.test(narrow.path) && glob.glob.matches(narrow.path);
}

function shadowedTools(document: PolicyDocument): readonly Finding[] {
  const rules = document.tools ?? [];
  const strictness = { allow: 0, ask: 1, deny: 2 } as const;
  return rules.flatMap((rule, index) => {
    const glob = /[*?{]/.test(rule.match) ? undefined : rule.match;
    const shadow = rules.findIndex((other, at) => {
      // A rule with a condition leaves something over.
      if (
        at === index ||
        other.where !== undefined ||
        strictness[other.decision ?? 'allow'] <= strictness[rule.decision ?? 'allow']
      )
        return false;
      const compiled = compileGlob(other.match, null);
      return (
        other.match === rule.match || (glob !== undefined && compiled.kind === 'ok' && compiled.glob.matches(glob))
      );
    });
    if (shadow === -1) return [];
    const stricter = rules[shadow]?.decision ?? 'allow';
    return [
      {
        path: ['tools', index],
        message: `${writePath(['tools', shadow])} says \`${stricter}\` about the same tool, and the stricter rule wins.`,
      },
    ];
  });
}
