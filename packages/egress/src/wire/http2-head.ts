import { type Fault, fault } from './fault.ts';
import { checkFields, type Field, type FieldRules, fieldFault, fieldValue } from './field.ts';
import { bodiless, decimal } from './framing.ts';
import { overrideInFields } from './override.ts';
import { maximumTarget, methodPattern, targetPattern } from './request-head.ts';

/** The head of a request in HTTP/2, read as strictly as one in HTTP/1.1: it may leave as one. */
export interface Http2Head {
  readonly kind: 'request';
  readonly method: string;
  readonly target: string;
  /** The authority is the first of them, as the field `host`; a cookie is in one piece. */
  readonly fields: readonly Field[];
  /** Bytes of the body: 0 when there is none, undefined when it ends where it ends. */
  readonly length: number | undefined;
}

/** Fields of a connection (RFC 9113, 8.2.2). In a request that is passed on as HTTP/1.1 they would be its framing. */
const connectionFields: ReadonlySet<string> = new Set(
  'connection keep-alive proxy-connection transfer-encoding upgrade http2-settings'.split(' '),
);

const knownPseudo: ReadonlySet<string> = new Set([':method', ':scheme', ':authority', ':path']);

/**
 * Reads the head of a request.
 *
 * @param raw names and values in turn, as they came. @param hasEnded nothing follows it.
 * @param maximum bytes of all of them, unpacked: a setting tells clients, and nothing makes them heed it.
 */
export function readHttp2Request(raw: readonly string[], hasEnded: boolean, maximum: number): Http2Head | Fault {
  const parts = splitHead(raw, { allowLatin: false, maximum });
  if (parts.kind === 'fault') return parts;
  const { pseudo } = parts;
  for (const name of pseudo.keys()) {
    if (name === ':protocol')
      return fault('extended_connect', 'A WebSocket is opened over HTTP/1.1 here, not inside HTTP/2.', 501);
    if (!knownPseudo.has(name)) return fault('pseudo_field', 'The request has a pseudo-header field it may not have.');
  }
  const method = pseudo.get(':method') ?? '';
  const target = pseudo.get(':path') ?? '';
  if (!methodPattern.test(method)) return fault('method', 'The method is not an upper-case word.');
  if (method === 'CONNECT') return fault('nested_tunnel', 'CONNECT is for the proxy itself.');
  if (method === 'TRACE') return fault('trace', 'TRACE shows a request to its sender and is not forwarded.', 501);
  if (pseudo.get(':scheme') !== 'https') return fault('scheme', 'The scheme is not that of this connection.');
  if (target.length > maximumTarget) return fault('target_too_long', 'The request target is too long.', 414);
  if (!targetPattern.test(target)) return fault('target', 'The request target has a character it may not have.');
  const fields = hostFirst(pseudo.get(':authority'), parts.fields);
  if (!Array.isArray(fields)) return fields;
  const override = overrideInFields(parts.fields);
  if (override !== undefined) return override;
  const length = lengthOf(method, parts.fields, hasEnded);
  if (typeof length === 'object') return length;
  return { kind: 'request', method, target, fields, length };
}

const tooLarge: Fault = fault('head_too_large', 'The request and its headers are too large.', 431);

interface HeadRules extends FieldRules {
  /** Bytes of names and values, unpacked. */
  readonly maximum: number;
}

interface Http2Parts {
  readonly kind: 'parts';
  readonly pseudo: ReadonlyMap<string, string>;
  readonly fields: readonly Field[];
}

/** Parts pseudo-header fields from the others and checks both; also of answers and trailers. */
export function splitHead(raw: readonly string[], rules: HeadRules): Http2Parts | Fault {
  if (raw.reduce((size, text) => size + text.length, 0) > rules.maximum) return tooLarge;
  const pseudo = new Map<string, string>();
  const fields: Field[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const field = { name: raw[index] ?? '', value: raw[index + 1] ?? '' };
    if (field.name.startsWith(':')) {
      if (fields.length > 0 || pseudo.has(field.name))
        return fault('pseudo_field', 'A pseudo-header field is there twice, or stands behind the others.');
      pseudo.set(field.name, field.value);
      continue;
    }
    const problem = fieldProblem(field, rules);
    if (problem !== undefined) return problem;
    fields.push(field);
  }
  const checked = checkFields(withOneCookie(fields));
  return checked.kind === 'fault' ? checked : { kind: 'parts', pseudo, fields: checked.list };
}

function fieldProblem(field: Field, rules: FieldRules): Fault | undefined {
  const { name, value } = field;
  if (name !== name.toLowerCase()) return fault('field_name', 'The name of a field in HTTP/2 is in small letters.');
  if (connectionFields.has(name) || (name === 'te' && value !== 'trailers'))
    return fault('connection_field', 'A field of a connection has no place in HTTP/2.');
  if (/^[\t ]|[\t ]$/.test(value)) return fault('field_value', 'The value of a field begins or ends with a space.');
  if (name === 'expect' && value.toLowerCase() !== '100-continue')
    return fault('expectation', 'The only expectation is 100-continue.', 417);
  return fieldFault(field, rules);
}

/** A cookie may come in crumbs (RFC 9113, 8.2.3), which in HTTP/1.1 would be several cookies. */
function withOneCookie(fields: readonly Field[]): readonly Field[] {
  const crumbs = fields.filter(({ name }) => name === 'cookie');
  if (crumbs.length < 2) return fields;
  const value = crumbs.map((crumb) => crumb.value).join('; ');
  return [...fields.filter(({ name }) => name !== 'cookie'), { name: 'cookie', value }];
}

function hostFirst(authority: string | undefined, fields: readonly Field[]): Field[] | Fault {
  const host = fieldValue(fields, 'host');
  const value = authority ?? host;
  if (value === undefined) return fault('no_host', 'The request has no authority.');
  if (host !== undefined && host !== value)
    return fault('host_mismatch', 'The Host field and the authority name different hosts.');
  return [{ name: 'host', value }, ...fields.filter(({ name }) => name !== 'host')];
}

function lengthOf(method: string, fields: readonly Field[], hasEnded: boolean): number | undefined | Fault {
  const declared = fieldValue(fields, 'content-length');
  if (declared !== undefined && !decimal.test(declared))
    return fault('content_length', 'Content-Length is not a plain decimal number.');
  const length = declared === undefined ? undefined : Number(declared);
  if (!hasEnded && bodiless.has(method) && length !== 0)
    return fault('unexpected_body', `A ${method} request has no body here.`);
  if (!hasEnded) return length;
  return (length ?? 0) === 0 ? 0 : fault('content_length', 'The body is not as long as its Content-Length.');
}
