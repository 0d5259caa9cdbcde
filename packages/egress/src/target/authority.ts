import { type HostResult, normaliseHost } from '@clawhold/policy';
import { type Fault, fault } from '../wire/fault.ts';

/** A host and, when it was written, a port. */
export interface Authority {
  readonly kind: 'authority';
  readonly host: string;
  readonly port: number | undefined;
}

const portPattern = /^[1-9]\d{0,4}$/;

/**
 * Reads `host`, `host:port` or `[address]:port` (RFC 3986, 3.2) as a normalised host. User information is refused: in
 * `http://allowed.example@evil.example/` people and programs see different hosts.
 */
export function parseAuthority(text: string): Authority | Fault {
  if (text.includes('@')) return fault('user_information', 'The address holds user information (before "@").');
  const split = text.startsWith('[') ? text.indexOf(']') + 1 : text.indexOf(':');
  const end = split <= 0 ? text.length : split;
  const name = text.slice(0, end);
  const rest = text.slice(end);
  if (name.includes(':') && !name.startsWith('[')) return fault('host', 'An IPv6 address stands in brackets.');
  const host: HostResult = normaliseHost(name);
  if (host.kind === 'refused') return fault('host', host.reason);
  if (rest === '') return { kind: 'authority', host: host.host, port: undefined };
  const port = rest.slice(1);
  if (!rest.startsWith(':') || !portPattern.test(port) || Number(port) > 65_535)
    return fault('port', 'The port is not a number from 1 to 65535.');
  return { kind: 'authority', host: host.host, port: Number(port) };
}

/** Writes a host as it stands in a URL: IPv6 in brackets. */
export function writeHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
