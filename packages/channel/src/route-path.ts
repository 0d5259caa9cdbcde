import type { Route } from '@clawhold/spec';

/** The values of a path's parameters, as text: the route's schema makes of them what it wants. */
export type PathParameters = Readonly<Record<string, string>>;

/**
 * Fills the parameters of a path from the input of a call, and answers what is left over.
 *
 * @throws TypeError when a parameter is missing or is no text or number.
 */
export function fillPath(
  path: string,
  input: Readonly<Record<string, unknown>>,
): { readonly path: string; readonly rest: Readonly<Record<string, unknown>> } {
  const rest = { ...input };
  const segments = path.split('/').map((segment) => {
    if (!segment.startsWith(':')) return segment;
    const name = segment.slice(1);
    const value = input[name];
    delete rest[name];
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') return encodeURIComponent(value);
    throw new TypeError(`${path} needs "${name}"`);
  });
  return { path: segments.join('/'), rest };
}

/** Finds the parameters when the path is of that shape; undefined when it is not. */
export function matchPath(pattern: string, path: string): PathParameters | undefined {
  const expected = pattern.split('/');
  const actual = path.split('/');
  if (expected.length !== actual.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of expected.entries()) {
    const value = actual[index] ?? '';
    if (!segment.startsWith(':')) {
      if (segment !== value) return undefined;
      continue;
    }
    const text = decode(value);
    if (text === undefined || text === '') return undefined;
    parameters[segment.slice(1)] = text;
  }
  return parameters;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined; // a malformed escape names nothing
  }
}

/** Fixed segments win over parameters: `/runs/open` is looked at before `/runs/:run`. */
export function bySpecificity(left: Pick<Route, 'path'>, right: Pick<Route, 'path'>): number {
  const [first, second] = [sortKey(left.path), sortKey(right.path)];
  return first < second ? -1 : Number(first > second);
}

/** Every parameter becomes the highest character, so it comes after any fixed segment. */
function sortKey(path: string): string {
  return path.replaceAll(/:[^/]+/g, '\uffff');
}
