import type { Endpoint, EndpointProtocol } from '@clawhold/spec';
import { compilePathPattern } from '../endpoint/path-pattern.ts';
import { isAddressBlock } from '../host/address.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { conditionFindings } from './condition-findings.ts';
import { credentialFindings } from './credential-findings.ts';
import { aboutRequests, isHttp, portsOf, protocolOf } from './endpoint-protocol.ts';
import { globFindings, pathFindings } from './pattern-findings.ts';
import type { Finding } from './problem.ts';
import { methodFindings, targetFindings } from './target-findings.ts';

type Path = readonly (string | number)[];

/** Whether the parts of an endpoint make sense together. Empty when they do. */
export function endpointFindings(endpoint: Endpoint, path: Path): readonly Finding[] {
  const protocol = protocolOf(endpoint);
  return [
    ...placeFindings(endpoint, path),
    ...readingFindings(endpoint, protocol, path),
    ...protocolFindings(endpoint, protocol, path),
    ...ruleFindings(endpoint, protocol, path),
    ...credentialFindings(endpoint, protocol, path),
    ...answerFindings(endpoint, path),
  ];
}

function answerFindings({ response }: Endpoint, path: Path): readonly Finding[] {
  const types = (response?.content_types ?? []).flatMap((type, index) =>
    globFindings(type, '/', [...path, 'response', 'content_types', index]),
  );
  if (response?.forbid?.includes('internal') !== true) return types;
  const message = 'What comes has no such label yet: of an answer nobody knows whether it is `internal`.';
  return [...types, { path: [...path, 'response', 'forbid'], message }];
}

function placeFindings(endpoint: Endpoint, path: Path): readonly Finding[] {
  const found: Finding[] = [];
  if (endpoint.host === '')
    found.push({
      path: [...path, 'host'],
      message: 'An endpoint without a host would open every name; write the host.',
    });
  else {
    const host = compileHostPattern(endpoint.host);
    if (host.kind === 'refused') found.push({ path: [...path, 'host'], message: host.reason });
  }
  if (portsOf(endpoint).length === 0)
    found.push({ path, message: 'The endpoint has no `port`; write `port: 443`, for example.' });
  if (endpoint.port !== undefined && endpoint.ports !== undefined)
    found.push({
      path: [...path, 'port'],
      message: 'Write `port` or `ports`; which of both counts, readers disagree.',
    });
  for (const [index, entry] of (endpoint.allowed_ips ?? []).entries())
    if (!isAddressBlock(entry))
      found.push({
        path: [...path, 'allowed_ips', index],
        message: `"${entry.slice(0, 60)}" is no address and no block of addresses; write \`93.184.215.14\` or \`93.184.215.0/24\`, IPv6 in its shortest spelling.`,
      });
  if (endpoint.path === undefined) return found;
  const compiled = compilePathPattern(endpoint.path);
  if (compiled.kind === 'refused') found.push(...pathFindings(endpoint.path, [...path, 'path']));
  else if (!/^[/*{]/.test(endpoint.path)) found.push(...pathFindings(endpoint.path, [...path, 'path']));
  return found;
}

/** What can only be kept where requests are read. */
const readingKeys = [
  'path',
  'allow_encoded_slash',
  'credential_binding',
  'credential_signing',
  'request_body_credential_rewrite',
  'websocket_credential_rewrite',
] as const satisfies readonly (keyof Endpoint)[];

function readingFindings(endpoint: Endpoint, protocol: EndpointProtocol, path: Path): readonly Finding[] {
  const found: Finding[] = [];
  const say = (message: string, ...below: Path): void => void found.push({ path: [...path, ...below], message });
  if (protocol !== 'tcp') {
    if (endpoint.tls === 'skip')
      say('`tls: skip` leaves the requests unread, so the rules of this endpoint could not be kept.', 'tls');
    return found;
  }
  const isPreset = endpoint.protocol === undefined && endpoint.rules === undefined && endpoint.deny_rules === undefined;
  if (aboutRequests(endpoint) && !isPreset)
    say('`protocol: tcp` lets bytes through unread, so rules, access and deny_rules could not be kept.', 'protocol');
  if (endpoint.tls === 'terminate')
    say('`tls: terminate` reads requests; it needs `rules`, `access` or `deny_rules` to hold them against.', 'tls');
  for (const key of readingKeys)
    if (endpoint[key] !== undefined && endpoint[key] !== false)
      say(`\`${key}\` needs requests that are read; this endpoint lets bytes through unread.`, key);
  if (endpoint.request?.forbid?.some((word) => word === 'pii' || word === 'credentials') === true)
    say('What a detector looks for can only be found where requests are read.', 'request', 'forbid');
  if (endpoint.response?.content_types !== undefined || endpoint.response?.forbid !== undefined)
    say('What answers hold can only be looked at where they are read.', 'response');
  return found;
}

/** Keys that only some protocols have. */
const protocolKeys: readonly (readonly [keyof Endpoint, readonly EndpointProtocol[]])[] = [
  ['persisted_queries', ['graphql', 'websocket']],
  ['graphql_persisted_queries', ['graphql', 'websocket']],
  ['graphql_max_body_bytes', ['graphql', 'websocket']],
  ['mcp', ['mcp']],
  ['tools', ['mcp']],
  ['pin_tool_descriptions', ['mcp']],
  ['json_rpc', ['json-rpc', 'a2a']],
];

function protocolFindings(endpoint: Endpoint, protocol: EndpointProtocol, path: Path): readonly Finding[] {
  const found: Finding[] = [];
  for (const [key, protocols] of protocolKeys)
    if (endpoint[key] !== undefined && !protocols.includes(protocol))
      found.push({
        path: [...path, key],
        message: `\`${key}\` belongs to \`protocol: ${protocols.join('` or `')}\`; under \`${protocol}\` it would mean nothing.`,
      });
  if (endpoint.graphql_persisted_queries !== undefined && endpoint.persisted_queries !== 'allow_registered')
    found.push({
      path: [...path, 'graphql_persisted_queries'],
      message: 'A registry counts only with `persisted_queries: allow_registered`.',
    });
  return found;
}

const withAccess: ReadonlySet<EndpointProtocol> = new Set(['rest', 'websocket', 'graphql']);

function ruleFindings(endpoint: Endpoint, protocol: EndpointProtocol, path: Path): readonly Finding[] {
  const found: Finding[] = [];
  const { rules, access, tools } = endpoint;
  const opensAll = endpoint.mcp?.allow_all_known_mcp_methods === true;
  if (protocol !== 'tcp' && rules === undefined && access === undefined && tools === undefined && !opensAll)
    found.push({
      path,
      message: 'An endpoint that reads requests needs `rules` or `access`; without them it allows none.',
    });
  if (rules !== undefined && access !== undefined)
    found.push({
      path: [...path, 'access'],
      message: '`access` stands for a list of rules; write `access` or `rules`, not both.',
    });
  if (access !== undefined && protocol !== 'tcp' && !withAccess.has(protocol))
    found.push({
      path: [...path, 'access'],
      message: `\`access\` has no meaning under \`protocol: ${protocol}\`; write \`rules\`.`,
    });
  for (const [index, rule] of (rules ?? []).entries()) {
    const kind = rule.allow === undefined ? 'ask' : 'allow';
    found.push(...targetFindings(rule[kind] ?? {}, [...path, 'rules', index, kind], protocol, endpoint));
    if (rule.inverse !== undefined && isHttp(protocol)) {
      const { method, path: target } = rule.inverse;
      const place = [...path, 'rules', index, 'inverse'];
      found.push(...methodFindings(method, [...place, 'method']), ...pathFindings(target, [...place, 'path']));
    }
    for (const [at, pointer] of (rule.destination ?? []).entries())
      if (!/^(?:query:.+|(?:\/(?:[^~/]|~[01])*)+)$/s.test(pointer))
        found.push({
          path: [...path, 'rules', index, 'destination', at],
          message: 'A destination is a JSON pointer such as `/account` (RFC 6901), or `query:<key>`.',
        });
  }
  for (const [index, target] of (endpoint.deny_rules ?? []).entries())
    found.push(...targetFindings(target, [...path, 'deny_rules', index], protocol, endpoint));
  for (const [index, tool] of (tools ?? []).entries()) {
    found.push(...globFindings(tool.name, null, [...path, 'tools', index, 'name']));
    found.push(...conditionFindings(tool.where, 'arguments', [...path, 'tools', index, 'where']));
  }
  return found;
}
