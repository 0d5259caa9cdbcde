import { normaliseHost } from '../host/host.ts';
import { hostHash, isPlainName, tailHash } from '../host/host-reading.ts';

/**
 * Names that mean this machine, the cloud's credential server, or us. They are blocked before any rule is looked at and
 * no document can open them; `inference.local` and `policy.local` are answered by the proxy itself and never reach a decision about egress.
 */
const blockedNames: ReadonlyMap<string, string> = new Map([
  ['localhost', 'means this machine'],
  ['localhost.localdomain', 'means this machine'],
  ['ip6-localhost', 'means this machine'],
  ['ip6-loopback', 'means this machine'],
  ['metadata', 'is where clouds hand out credentials'],
  ['metadata.google.internal', 'is where clouds hand out credentials'],
  ['metadata.goog', 'is where clouds hand out credentials'],
  ['instance-data', 'is where clouds hand out credentials'],
  ['instance-data.ec2.internal', 'is where clouds hand out credentials'],
  ['metadata.azure.internal', 'is where clouds hand out credentials'],
  ['metadata.tencentyun.com', 'is where clouds hand out credentials'],
  ['policy.local', 'belongs to the platform and is answered by it'],
  ['inference.local', 'belongs to the platform and is answered by it'],
]);

const blockedHashes: ReadonlySet<number> = new Set([...blockedNames.keys()].map(hostHash));

/** RFC 6761 section 6.3: every name below is loopback too. */
const localhostHash = hostHash('localhost');

/**
 * Says in one sentence why a host may never be reached, or undefined.
 *
 * @param host as it stands in a question; anything that {@link normaliseHost} would write differently is blocked, so a
 *   caller that forgot to normalise fails closed.
 */
export function hardBlock(host: string): string | undefined {
  const named = blockedHashes.has(hostHash(host)) || tailHash(host, 1) === localhostHash;
  const why = named ? whyBlocked(host) : undefined;
  if (why !== undefined) return `${host} ${why}; no rule can open it.`;
  if (isPlainName(host)) return undefined;
  const normal = normaliseHost(host);
  if (normal.kind === 'refused') return normal.reason;
  if (normal.host !== host) return `"${host.slice(0, 80)}" is not the normal form of a host.`;
  if (normal.address === null || normal.address === 'public') return undefined;
  return `${host} is no public address (${normal.address.replace('_', '-')}); no rule can open it.`;
}

function whyBlocked(host: string): string | undefined {
  return host.endsWith('.localhost') ? 'means this machine' : blockedNames.get(host);
}
