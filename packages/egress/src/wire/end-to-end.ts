import type { Field } from './field.ts';
import { hyphenated } from './override.ts';

/** Fields between two neighbours (RFC 9110, 7.6.1), and those that the proxy writes itself. Never forwarded. */
const ownFields: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'expect',
  'host',
  'http2-settings',
  // Would send the client to another port or protocol, past this proxy.
  'alt-svc',
]);

/** Ours in both directions: neither a sandbox nor a server may speak in the proxy's name. */
const ownPrefix = 'x-clawhold-';

/**
 * What proxies say of whom they stand before. Whoever sends from a sandbox is none, and servers that trust it would take the
 * request for one to another host, or from another place.
 */
function isOfProxies(name: string): boolean {
  const [first] = name;
  if (first !== 'x' && first !== 'f') return false;
  const meant = hyphenated(name);
  return meant.startsWith('x-forwarded-') || forwarding.has(meant);
}

const forwarding: ReadonlySet<string> = new Set([
  'forwarded',
  'x-host',
  'x-original-host',
  'x-http-host-override',
  'x-real-ip',
]);

/** The fields that belong to the message and not to the connection it came on, in their order. */
export function endToEndFields(fields: readonly Field[]): readonly Field[] {
  const nominated = nominatedBy(fields);
  return fields.filter(
    ({ name }) =>
      !ownFields.has(name) && !name.startsWith(ownPrefix) && !isOfProxies(name) && nominated?.has(name) !== true,
  );
}

/** What `Connection` names beside those of ours; undefined when there is no such field. */
function nominatedBy(fields: readonly Field[]): ReadonlySet<string> | undefined {
  let nominated: Set<string> | undefined;
  for (const { name, value } of fields) {
    if (name !== 'connection') continue;
    nominated ??= new Set();
    for (const option of value.split(',')) nominated.add(option.trim().toLowerCase());
  }
  return nominated;
}

/** True when the sender wants the connection closed after this message. */
export function wantsClose(fields: readonly Field[]): boolean {
  return fields.some(
    ({ name, value }) =>
      (name === 'connection' || name === 'proxy-connection') &&
      value.split(',').some((option) => option.trim().toLowerCase() === 'close'),
  );
}
