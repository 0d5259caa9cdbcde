import { foldKey } from '@clawhold/policy';

/**
 * Makes a check for keys that some decoder takes for one of these although they are written differently. Go's takes
 * `Method` for `method`: such a request would be one thing to us and another to the server.
 */
export function lookAlikes(...names: readonly string[]): (value: Readonly<Record<string, unknown>>) => boolean {
  const exact = new Set(names);
  const folded = new Set(names.map(foldKey));
  return (value) => Object.keys(value).some((key) => !exact.has(key) && folded.has(foldKey(key)));
}
