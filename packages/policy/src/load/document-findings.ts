import type { Endpoint, PolicyDocument } from '@clawhold/spec';
import { compileGlob, type Delimiter } from '../glob/glob.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { aboutRequests, modeOf, portsOf } from './endpoint-mode.ts';
import type { Finding } from './problem.ts';

type Path = readonly (string | number)[];

/** What the schema cannot say: whether the parts of a document make sense together. Empty when they do. */
export function documentFindings(document: PolicyDocument): readonly Finding[] {
  return [
    ...Object.entries(document.network_policies ?? {}).flatMap(([name, policy]) => [
      ...policy.endpoints.flatMap((endpoint, index) =>
        endpointFindings(endpoint, ['network_policies', name, 'endpoints', index]),
      ),
      ...(policy.binaries ?? []).flatMap((binary, index) =>
        globFindings(binary.path, '/', ['network_policies', name, 'binaries', index, 'path']),
      ),
    ]),
    ...(document.tools ?? []).flatMap((rule, index) => globFindings(rule.match, null, ['tools', index, 'match'])),
    ...(document.flows ?? []).flatMap((rule, index) => {
      const kind = rule.ask === undefined ? 'deny' : 'ask';
      const to = rule[kind]?.to;
      if (to?.parameter !== undefined || to?.reader !== undefined) return [];
      const message = '`to` names neither a `parameter` nor a `reader`, so nobody knows what this rule is about.';
      return [{ path: ['flows', index, kind, 'to'], message }];
    }),
    ...(document.inference?.models ?? []).flatMap((model, index) =>
      globFindings(model, null, ['inference', 'models', index]),
    ),
    ...Object.keys(document.inference?.prices ?? {}).flatMap((model) =>
      globFindings(model, null, ['inference', 'prices', model]),
    ),
    ...(document.labels?.files ?? []).flatMap((file, index) =>
      globFindings(file.path, '/', ['labels', 'files', index, 'path']),
    ),
    ...Object.keys(document.services ?? {}).flatMap((name) => serviceFindings(name)),
  ];
}

function endpointFindings(endpoint: Endpoint, path: Path): readonly Finding[] {
  const found: Finding[] = [];
  const say = (message: string, ...below: Path): void => {
    found.push({ path: [...path, ...below], message });
  };
  const host = compileHostPattern(endpoint.host);
  if (host.kind === 'refused') say(host.reason, 'host');
  if (portsOf(endpoint).length === 0) say('The endpoint has no `port`; write `port: 443`, for example.');
  const mode = modeOf(endpoint);
  if (mode === 'tcp' && aboutRequests(endpoint))
    say('`protocol: tcp` lets bytes through unread, so rules, access and deny_rules could not be kept.', 'protocol');
  if (mode === 'tcp' && endpoint.tls === 'terminate')
    say('`tls: terminate` reads requests; it needs `rules`, `access` or `deny_rules` to hold them against.', 'tls');
  if (mode === 'rest' && endpoint.tls === 'skip')
    say('`tls: skip` leaves the requests unread, so the rules of this endpoint could not be kept.', 'tls');
  if (mode === 'rest' && endpoint.rules === undefined && endpoint.access === undefined)
    say('An endpoint that reads requests needs `rules` or `access`; without them it allows none.');
  if (endpoint.rules !== undefined && endpoint.access !== undefined)
    say('`access` stands for a list of rules; write `access` or `rules`, not both.', 'access');
  for (const [index, rule] of (endpoint.rules ?? []).entries()) {
    const kind = rule.allow === undefined ? 'ask' : 'allow';
    found.push(...pathFindings(rule[kind]?.path ?? '', [...path, 'rules', index, kind, 'path']));
    for (const [at, pointer] of (rule.destination ?? []).entries())
      if (!/^(?:query:.+|(?:\/.*)+)$/s.test(pointer))
        say('A destination is a JSON pointer such as `/account`, or `query:<key>`.', 'rules', index, 'destination', at);
  }
  for (const [index, rule] of (endpoint.deny_rules ?? []).entries())
    found.push(...pathFindings(rule.path, [...path, 'deny_rules', index, 'path']));
  return found;
}

function pathFindings(pattern: string, path: Path): readonly Finding[] {
  if (!/^[/*{]/.test(pattern)) return [{ path, message: 'A path starts with "/"; `/**` is every path.' }];
  return globFindings(pattern, '/', path);
}

function globFindings(pattern: string, delimiter: Delimiter, path: Path): readonly Finding[] {
  const compiled = compileGlob(pattern, delimiter);
  return compiled.kind === 'ok' ? [] : [{ path, message: `${capitalised(compiled.reason)}.` }];
}

function serviceFindings(name: string): readonly Finding[] {
  const host = compileHostPattern(name);
  const plain = host.kind === 'ok' && host.patterns.length === 1 && host.patterns[0]?.source === name;
  if (plain && host.patterns[0]?.glob === null && /[a-z]/.test(name) && !name.includes(':')) return [];
  return [{ path: ['services', name], message: `"${name}" is not a plain lower-case host name.` }];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
