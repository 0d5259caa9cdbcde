import { normaliseHost } from '@clawhold/policy';
import type { NameTable } from './name-table.ts';
import { internetClass, type NameQuery, readQuery, recordType, responseCode, writeAnswer } from './query.ts';

export interface PolicyResolverOptions {
  /** Undefined when this machine cannot capture connections: then an address would lead nowhere, and no name is known. */
  readonly names: NameTable | undefined;
  /** Hosts with an address of their own, as in the hosts file of the sandbox. */
  readonly fixed: Readonly<Record<string, string>>;
  /** Whether the policy of this moment could let the sandbox through to this host. */
  readonly isReachable: (host: string) => boolean;
  /** Told of each question about a name that is not answered, as often as it is asked. */
  readonly onRefused: (name: string) => void;
}

/** Answers one message; undefined for what gets no answer. */
export type PolicyResolver = (message: Buffer) => Buffer | undefined;

/**
 * The resolver of a sandbox: it looks nothing up. A name that the policy could let through gets an address that stands
 * for it, all others do not exist; so no question leaves the machine, and a name carries nothing out. What a name really
 * points to is looked up when a connection was decided.
 */
export function createPolicyResolver({ names, fixed, isReachable, onRefused }: PolicyResolverOptions): PolicyResolver {
  function answer(query: NameQuery): Buffer {
    if (query.class !== internetClass || query.type === recordType.any)
      return writeAnswer(query, responseCode.notImplemented);
    // Bytes outside ASCII are in no name of a host (RFC 5890); read as letters they might be two.
    if (!/^[\x21-\x7e]*$/.test(query.name)) return refuse(query);
    const normal = normaliseHost(query.name);
    if (normal.kind === 'refused' || normal.address !== null) return refuse(query);
    const { host } = normal;
    const own = Object.hasOwn(fixed, host) ? fixed[host] : undefined;
    if (own === undefined && (names === undefined || !isReachable(host))) return refuse(query);
    // Of what exists only the address is known: no IPv6, no mail, no text.
    if (query.type !== recordType.address) return writeAnswer(query, responseCode.ok);
    const address = own ?? names?.addressOf(host);
    return address === undefined ? fail(query) : writeAnswer(query, responseCode.ok, address);
  }

  function refuse(query: NameQuery): Buffer {
    // Programs ask what an address is called before they say so in a log: nobody chose that.
    if (query.type !== recordType.pointer) onRefused(query.name);
    return writeAnswer(query, responseCode.unknown);
  }

  function fail(query: NameQuery): Buffer {
    onRefused(query.name);
    return writeAnswer(query, responseCode.failed);
  }

  return (message) => {
    const query = readQuery(message);
    if (query === undefined) return undefined;
    return query.kind === 'bad' ? writeAnswer(query, query.code) : answer(query);
  };
}
