import { parseStrictJson } from './strict-json.ts';

export interface DestinationValue {
  /** The pointer or `query:<key>`, as the rule has it. */
  readonly name: string;
  readonly value: string;
}

export type Destinations =
  | { readonly kind: 'ok'; readonly values: readonly DestinationValue[] }
  | { readonly kind: 'refused'; readonly reason: string };

export interface RequestContent {
  /** What follows `?`, undecoded, without it. */
  readonly query: string;
  /** The value of `content-type`, or the empty string. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * Reads the values that a rule names as destinations out of a request. A value that is not there is left out; a request
 * from which it cannot be read for sure is refused: another content type than JSON, JSON that two parsers may read
 * differently, a query with the key twice. What cannot be read cannot be decided.
 *
 * A pointer to an object or a list yields every string and number in it.
 */
export function readDestinations(pointers: readonly string[], request: RequestContent): Destinations {
  const values: DestinationValue[] = [];
  const inBody = pointers.filter((pointer) => !pointer.startsWith('query:'));
  for (const name of pointers.filter((pointer) => pointer.startsWith('query:'))) {
    const found = new URLSearchParams(request.query).getAll(name.slice('query:'.length));
    if (found.length > 1)
      return { kind: 'refused', reason: `The query names "${name.slice('query:'.length)}" more than once.` };
    for (const value of found) values.push({ name, value });
  }
  if (inBody.length === 0 || request.body.length === 0) return { kind: 'ok', values };
  if (!/^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(request.contentType))
    return { kind: 'refused', reason: 'A rule looks into this body, so it must be sent as application/json.' };
  const parsed = parseStrictJson(request.body);
  if (parsed.kind === 'refused') return parsed;
  for (const name of inBody)
    for (const value of leavesOf(resolvePointer(parsed.value, name))) values.push({ name, value });
  return { kind: 'ok', values };
}

/** RFC 6901; undefined when it leads nowhere. */
function resolvePointer(value: unknown, pointer: string): unknown {
  let inner = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined;
    if (Array.isArray(inner) && !/^(?:0|[1-9]\d*)$/.test(key)) return undefined;
    inner = Reflect.get(inner, key);
  }
  return inner;
}

function leavesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(leavesOf);
}
