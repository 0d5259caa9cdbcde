import type { OutgoingHttpHeaders } from 'node:http2';
import type { Field } from '../wire/field.ts';

/**
 * Fields as `node:http2` takes them. Those that are there more than once are written in one (RFC 9110, 5.3), but for
 * `set-cookie`, whose values cannot be joined.
 */
export function headerObject(fields: readonly Field[]): OutgoingHttpHeaders {
  const headers: Record<string, string | string[]> = Object.create(null);
  for (const { name, value } of fields) {
    const earlier = headers[name];
    if (name === 'set-cookie') headers[name] = [...(Array.isArray(earlier) ? earlier : []), value];
    else headers[name] = typeof earlier === 'string' ? `${earlier}, ${value}` : value;
  }
  return headers;
}
