import { type FileAccess, isWithin } from '@clawhold/spec';

/** What may be done with a tree of files; a deeper entry speaks for its own tree. */
export interface AccessEntry {
  readonly path: string;
  readonly access: FileAccess;
}

/** In the order of their paths, each path once, none that says what the one above it says already. */
export type AccessList = readonly AccessEntry[];

export const accesses = ['hidden', 'read', 'write'] as const;
export type Access = (typeof accesses)[number];

function lower(one: Access, other: Access): Access {
  return accesses.indexOf(one) < accesses.indexOf(other) ? one : other;
}

/** Whether the second lets do more than the first. */
export function isMore(before: Access, after: Access): boolean {
  return accesses.indexOf(after) > accesses.indexOf(before);
}

/** Of what is said twice about one path the stricter counts. */
export function accessList(entries: readonly AccessEntry[]): AccessList {
  const byPath = new Map<string, FileAccess>();
  for (const { path, access } of entries) byPath.set(path, byPath.get(path) === 'read' ? 'read' : access);
  const sorted = [...byPath].map(([path, access]) => ({ path, access })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const kept: AccessEntry[] = [];
  for (const entry of sorted) if (accessAt(kept, entry.path) !== entry.access) kept.push(entry);
  return kept;
}

/** What the nearest entry at or above a path says. */
export function accessAt(list: AccessList, path: string): Access {
  const holding = list.filter((entry) => isWithin(path, entry.path));
  return (
    holding.reduce<AccessEntry | undefined>(
      (nearest, entry) => (nearest === undefined || entry.path.length > nearest.path.length ? entry : nearest),
      undefined,
    )?.access ?? 'hidden'
  );
}

/** What both lists let do, at every path. */
export function meet(one: AccessList, other: AccessList): AccessList {
  const paths = new Set([...one, ...other].map(({ path }) => path));
  return accessList(
    [...paths].flatMap((path) => {
      const access = lower(accessAt(one, path), accessAt(other, path));
      return access === 'hidden' ? [] : [{ path, access }];
    }),
  );
}
