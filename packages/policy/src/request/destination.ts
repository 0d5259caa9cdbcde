import { isPartedTwoWays, meaningOf } from './query-key.ts';
import { foldKey, parseStrictJson } from './strict-json.ts';

/** A pointer at a list or an object means each value in it; a request that names more than this many is refused. */
const maximumValues = 100;

export interface DestinationValue {
  /** The pointer or `query:<key>`, as the rule has it. */
  readonly name: string;
  readonly value: string;
}

/** Why the destinations of a request cannot be read for sure. */
export type UnreadableCode = 'repeated_query' | 'body_type' | 'body_encoding' | 'unreadable_body' | 'too_many_values';

export type Destinations =
  | { readonly kind: 'ok'; readonly values: readonly DestinationValue[] }
  | { readonly kind: 'refused'; readonly code: UnreadableCode; readonly reason: string };

export interface RequestContent {
  /** What follows `?`, undecoded, without it. */
  readonly query: string;
  /** The value of `content-type`, or the empty string. */
  readonly contentType: string;
  /** The value of `content-encoding`; undefined when there is no such header. */
  readonly contentEncoding: string | undefined;
  /** May be left empty when no pointer needs it, see {@link needsBody}. */
  readonly body: Uint8Array;
}

/** True when one of these names something in the body. */
export function needsBody(pointers: readonly string[]): boolean {
  return pointers.some((pointer) => !pointer.startsWith(queryPrefix));
}

/**
 * Reads the values that a rule names as destinations out of a request. A value that is not there is left out; a request
 * in which two programs could find two different values is refused: another content type than JSON, a compressed body,
 * JSON that two parsers may read differently, a query with the key twice. What cannot be read cannot be decided, and
 * this reading is what a deceiver would go for. Keys are compared as the most lenient server would.
 *
 * A pointer to an object or a list yields every string, number and truth value in it.
 */
export function readDestinations(pointers: readonly string[], request: RequestContent): Destinations {
  const document = parseBody(pointers, request);
  if (document.kind === 'refused') return document;
  const query = [...new URLSearchParams(request.query)];
  const values: DestinationValue[] = [];
  for (const name of pointers) {
    const isQuery = name.startsWith(queryPrefix);
    if (isQuery && isPartedTwoWays(request.query))
      return unreadable('repeated_query', 'The query holds a ";", which some servers take for "&"; write it as "%3B".');
    const found = isQuery ? queryValues(query, name) : leavesOf(resolvePointer(document.value, name));
    if (isQuery && found.length > 1)
      return unreadable('repeated_query', `The query names "${name.slice(queryPrefix.length)}" more than once.`);
    if (values.length + found.length > maximumValues)
      return unreadable('too_many_values', 'The request names too many destinations to be decided on.');
    for (const value of found) {
      if (value === undefined)
        return unreadable(
          'unreadable_body',
          'A destination is a number that not every parser holds exactly; send it as text.',
        );
      values.push({ name, value });
    }
  }
  return { kind: 'ok', values };
}

const queryPrefix = 'query:';

type Unreadable = Extract<Destinations, { kind: 'refused' }>;

function unreadable(code: UnreadableCode, reason: string): Unreadable {
  return { kind: 'refused', code, reason };
}

function parseBody(
  pointers: readonly string[],
  { contentType, contentEncoding, body }: RequestContent,
): { readonly kind: 'ok'; readonly value: unknown } | Unreadable {
  if (!needsBody(pointers) || body.length === 0) return { kind: 'ok', value: undefined };
  // A body that is JSON to us must not be a form, or compressed, to the server.
  if (!/^application\/(?:[a-z0-9.+_-]+\+)?json(?: *; *charset="?utf-8"?)?$/i.test(contentType))
    return unreadable('body_type', 'A rule looks into this body, so it must be sent as application/json.');
  if (contentEncoding !== undefined)
    return unreadable('body_encoding', 'A rule looks into this body, so it must not be compressed.');
  const parsed = parseStrictJson(body);
  return parsed.kind === 'ok' ? parsed : unreadable('unreadable_body', parsed.reason);
}

/** RFC 6901; undefined when it leads nowhere. */
function resolvePointer(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointer.split('/').slice(1)) {
    const key = foldKey(part.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => foldKey(name) === key)?.[1];
  }
  return value;
}

function queryValues(query: readonly (readonly [string, string])[], name: string): readonly string[] {
  const isMeant = meaningOf(name.slice(queryPrefix.length));
  return query.filter(([found]) => isMeant(found)).map(([, value]) => value);
}

/** Undefined for a number beyond what all parsers hold exactly (RFC 7493, 2.2). */
function leavesOf(value: unknown): readonly (string | undefined)[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) return [undefined];
  return typeof value === 'object' ? Object.values(value).flatMap(leavesOf) : [String(value)];
}
