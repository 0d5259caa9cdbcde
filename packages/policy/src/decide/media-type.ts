import { compiledGlobs, type Glob } from '../glob/glob.ts';

// RFC 9110, 8.3.1. A list of types, or a type without its half, is read differently by different programs.
const mediaType = /^[!#$%&'*+\-.^_`|~0-9a-z]+\/[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** Compiled once for each list of a snapshot. */
const compiled = new WeakMap<readonly string[], readonly Glob[]>();

/**
 * Whether the value of a Content-Type field is one of these media types (`response.content_types`): globs in which `*`
 * does not cross the slash. Case and parameters do not count. A value that is no media type is in no list.
 */
export function isMediaTypeIn(value: string, allowed: readonly string[]): boolean {
  const [essence = ''] = value.split(';', 1);
  const type = essence.trim().toLowerCase();
  if (!mediaType.test(type)) return false;
  const globs = compiled.get(allowed) ?? allowed.flatMap((glob) => compiledGlobs(glob.toLowerCase(), '/'));
  compiled.set(allowed, globs);
  return globs.some((glob) => glob.matches(type));
}
