import { nearestWord } from '@clawhold/documents';
import { type Conversion, type DraftEndpoint, listOf, type Path, type Tree, treeOf } from './conversion.ts';
import { allowRule, denyRule } from './openshell-rule.ts';

/** What the proxy of an installation knows and a document of somebody else's cannot. */
const credentialKeys = [
  'credential_binding',
  'credential_signing',
  'signing_service',
  'signing_region',
  'request_body_credential_rewrite',
  'websocket_credential_rewrite',
  'allow_uninspected_credentials',
] as const;

const readProtocols: ReadonlySet<string> = new Set(['rest', 'websocket', 'graphql', 'mcp', 'json-rpc']);
const accessWords: ReadonlySet<string> = new Set(['read-only', 'read-write', 'full']);
const hostGateway = 'host.openshell.internal';

/** An endpoint of theirs in our words; null when it is left out. */
export function convertEndpoint(endpoint: Tree, path: Path, conversion: Conversion): DraftEndpoint | null {
  const leave = (sentence: string): null => {
    conversion.left(path, `Left out: ${sentence}`);
    lose(endpoint, conversion);
    return null;
  };
  const strange = Object.keys(endpoint).find((key) => !knownKeys.includes(key));
  if (strange !== undefined) {
    const near = nearestWord(strange, knownKeys);
    // Whatever it is, it may have been meant to hold something back.
    lose({ ...endpoint, deny_rules: [] }, conversion);
    return leave(
      `\`${strange}\` is no key of an endpoint there${near === undefined ? '' : `; did you mean \`${near}\``}.`,
    );
  }
  for (const key of ['rules', 'deny_rules'])
    if (endpoint[key] !== undefined && !Array.isArray(endpoint[key])) return leave(`\`${key}\` is a list.`);
  const odd = listOf(endpoint['rules']).findIndex((rule) => !isAllowing(rule));
  if (odd >= 0) {
    lose({ ...endpoint, deny_rules: [] }, conversion);
    return leave(`\`rules[${odd}]\` is a mapping with \`allow\` and nothing else; what forbids is in \`deny_rules\`.`);
  }
  const place = placeOf(endpoint);
  if (typeof place === 'string') return leave(place);
  const protocol = endpoint['protocol'] === '' ? undefined : endpoint['protocol'];
  if (protocol === 'tcp' || isUnread(endpoint, protocol)) {
    if (protocol === undefined && endpoint['access'] === 'full')
      conversion.changed(path, '`access: full` without `protocol` lets every byte through unread, there and here.');
    const narrowed = endpoint['allowed_ips'] === undefined ? {} : { allowed_ips: endpoint['allowed_ips'] };
    return { value: { ...place, protocol: 'tcp', ...narrowed }, from: path, conversion, unread: true };
  }
  if (protocol !== undefined && !readProtocols.has(String(protocol)))
    return leave(`\`protocol: ${String(protocol)}\` is read by no version of ours.`);
  if (protocol === undefined)
    conversion.changed(path, 'Without `protocol` its rules were never read there; here they are kept, as `rest`.');
  if (endpoint['tls'] === 'skip')
    conversion.changed(path, '`tls: skip` would keep its rules from being read; TLS is ended here.');
  if (endpoint['enforcement'] === 'audit')
    conversion.changed(path, '`enforcement: audit` only noted there what its rules do not allow; here it is refused.');
  const value: Record<string, unknown> = { ...place, protocol: protocol ?? 'rest' };
  for (const key of carriedKeys) if (endpoint[key] !== undefined) value[key] = endpoint[key];
  for (const key of credentialKeys)
    if (endpoint[key] !== undefined)
      conversion.left([...path, key], `\`${key}\` is left out: bind a credential of this installation instead.`);
  if (endpoint['access'] !== undefined) {
    if (!accessWords.has(String(endpoint['access'])))
      return leave(`\`access: ${String(endpoint['access'])}\` is no word of theirs either, so it allowed nothing.`);
    value['access'] = endpoint['access'];
  }
  addRules(endpoint, value, path, conversion);
  return { value, from: path, conversion, unread: protocol === undefined };
}

function isAllowing(rule: unknown): boolean {
  const tree = treeOf(rule) ?? {};
  return treeOf(tree['allow']) !== undefined && Object.keys(tree).length === 1;
}

/** Remembers what an endpoint that is not there any more held back. */
export function lose(endpoint: Tree, conversion: Conversion): void {
  const { host, protocol, deny_rules: denies } = endpoint;
  const reads = protocol !== undefined && protocol !== '' && protocol !== 'tcp';
  conversion.lost.push({ host: typeof host === 'string' ? host : '', forbids: denies !== undefined, reads });
}

const carriedKeys = [
  'path',
  'allowed_ips',
  'allow_encoded_slash',
  'persisted_queries',
  'graphql_persisted_queries',
  'graphql_max_body_bytes',
  'mcp',
  'json_rpc',
] as const;

const knownKeys: readonly string[] = [
  'host',
  'port',
  'ports',
  'protocol',
  'tls',
  'enforcement',
  'access',
  'rules',
  'deny_rules',
  ...carriedKeys,
  ...credentialKeys,
];

function addRules(endpoint: Tree, value: Record<string, unknown>, path: Path, conversion: Conversion): void {
  const protocol = String(value['protocol']);
  const rules = listOf(endpoint['rules']).flatMap((rule, at) => {
    const target = treeOf(treeOf(rule)?.['allow']);
    const converted = target === undefined ? null : allowRule(target, protocol, [...path, 'rules', at], conversion);
    return converted ?? [];
  });
  if (endpoint['rules'] !== undefined) value['rules'] = rules.map(({ target }) => ({ allow: target }));
  const denies = listOf(endpoint['deny_rules']).map((rule, at) =>
    denyRule(treeOf(rule) ?? {}, protocol, [...path, 'deny_rules', at], conversion),
  );
  const all = [...denies, ...rules.flatMap(({ cuts }) => cuts)];
  if (all.length > 0) value['deny_rules'] = all;
}

/** Host and ports, or why there are none that we could keep. */
function placeOf(endpoint: Tree): Tree | string {
  const { host, port, ports } = endpoint;
  if (typeof host !== 'string' || host === '')
    return 'without a host it opened every name at an address; name the hosts.';
  if (host.toLowerCase().endsWith('.openshell.internal') || host.toLowerCase() === hostGateway)
    return `${host} is the machine around a sandbox of theirs; name what you need in \`services\` of the ceiling.`;
  if (!host.includes('*') && /[?[\]{}\\]/.test(host))
    return `"${host}" matched nothing there: without \`*\` it is no pattern.`;
  if (host.endsWith('.')) return `"${host}" matched nothing there: no host name ends in a dot.`;
  if (port === undefined || ports === undefined || listOf(ports).length === 0)
    return { host, ...(ports === undefined || listOf(ports).length === 0 ? { port } : { ports }) };
  const both = listOf(ports).filter((one) => one === port);
  if (both.length === 0)
    return '`port` and `ports` say different things, and their two readers disagree on which counts.';
  return { host, ports: both };
}

/** Whether its bytes passed unread there: nothing says how to read them, and nothing is forbidden. */
function isUnread(endpoint: Tree, protocol: unknown): boolean {
  if (protocol !== undefined || endpoint['deny_rules'] !== undefined || endpoint['rules'] !== undefined) return false;
  return endpoint['access'] === undefined || endpoint['access'] === 'full';
}
