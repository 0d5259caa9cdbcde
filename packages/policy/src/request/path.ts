import { isPlainPath } from '../glob/text-reading.ts';

export type PathResult =
  | { readonly kind: 'ok'; readonly path: string }
  | { readonly kind: 'refused'; readonly reason: string };

const maximumPathLength = 8_192;
const unreserved = /^[A-Za-z0-9._~-]$/;
/** Not allowed raw in a path by RFC 3986, and harmless: they are sent encoded. */
const encodedRaw: ReadonlySet<string> = new Set(['"', '<', '>', '^', '`', '{', '|', '}']);

/**
 * Writes the path of a request target as it is decided *and* sent, so that no server can read another one from it:
 * percent-encoding of unreserved characters undone and the rest in upper case (RFC 3986 section 6.2.2), dot segments
 * and doubled slashes removed. Refused is what servers are known to read in different ways: encoded slashes,
 * backslashes and control characters, `;` parameters (`/..;/`), double encoding, a path that climbs above the root.
 *
 * @param path the path only, without query and fragment.
 * @param options.encodedSlash keep `%2F`, as some services need (a package name, a branch): three ordinary characters,
 *   never a separator, and refused beside dots that would mean a folder if it were one. Default: refused. Whether the
 *   endpoint that is found for the path allows it is decided then.
 */
export function normalisePath(path: string, options: { readonly encodedSlash?: boolean } = {}): PathResult {
  if (path.length <= maximumPathLength && isPlainPath(path)) return { kind: 'ok', path };
  if (!path.startsWith('/')) return refused('A path starts with "/".');
  if (path.length > maximumPathLength) return refused(`The path is longer than ${maximumPathLength} characters.`);
  if (!/^[\x21-\x7e]+$/.test(path)) return refused('The path holds characters that must be percent-encoded.');
  const forbidden = /[\\;?#]/.exec(path)?.[0];
  if (forbidden !== undefined) return refused(`The path holds "${forbidden}", which servers read in different ways.`);
  const decoded = decodeUnreserved(path, options.encodedSlash ?? false);
  if (decoded.kind === 'refused') return decoded;
  const normal = withoutDotSegments(decoded.path);
  if (normal.kind === 'ok' && hasHiddenFolder(normal.path))
    return refused(
      'The path holds an encoded slash beside dots or another slash, which servers read in different ways.',
    );
  return normal;
}

/** Whether the path holds an encoded slash, so that only an endpoint with `allow_encoded_slash` may let it through. */
export function hasEncodedSlash(path: string): boolean {
  return !isPlainPath(path) && path.includes('%2F');
}

/** Whether a server that takes `%2F` for a separator would find empty or dot segments. */
function hasHiddenFolder(path: string): boolean {
  if (!hasEncodedSlash(path)) return false;
  return path
    .split('/')
    .some((segment) => segment.includes('%2F') && segment.split('%2F').some((part) => /^\.{0,2}$/.test(part)));
}

function decodeUnreserved(path: string, encodedSlash: boolean): PathResult {
  let result = '';
  for (let index = 0; index < path.length; index++) {
    const character = path.charAt(index);
    if (character !== '%') {
      result += encodedRaw.has(character) ? percent(character.charCodeAt(0)) : character;
      continue;
    }
    const hex = path.slice(index + 1, index + 3);
    if (!/^[0-9A-Fa-f]{2}$/.test(hex)) return refused('A "%" in the path is not followed by two hexadecimal digits.');
    const code = Number.parseInt(hex, 16);
    const problem = code === 0x2f && encodedSlash ? undefined : ambiguity(code);
    if (problem !== undefined) return refused(problem);
    const plain = String.fromCharCode(code);
    result += unreserved.test(plain) ? plain : percent(code);
    index += 2;
  }
  // Looked for in the result: `%25%32%46` is one more disguise of `%252F`.
  if (/%25[0-9A-Fa-f]{2}/.test(result)) return refused('The path is percent-encoded twice.');
  return { kind: 'ok', path: result };
}

function ambiguity(code: number): string | undefined {
  if (code < 0x20 || code === 0x7f) return 'The path holds an encoded control character.';
  if (code === 0x2f || code === 0x5c) return 'The path holds an encoded slash, which servers read in different ways.';
  if (code === 0x3b) return 'The path holds an encoded ";", which servers read in different ways.';
  return undefined;
}

function percent(code: number): string {
  return `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
}

function withoutDotSegments(path: string): PathResult {
  const segments = path.slice(1).split('/');
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') kept.push(segment);
    else if (kept.pop() === undefined) return refused('The path climbs above its root.');
  }
  const last = segments.at(-1);
  const folder = last === '' || last === '.' || last === '..';
  return { kind: 'ok', path: `/${kept.join('/')}${folder && kept.length > 0 ? '/' : ''}` };
}

function refused(reason: string): PathResult {
  return { kind: 'refused', reason };
}
