import type { Snapshot } from '../compile/snapshot.ts';

/** Who could have written the files of a task folder, as the policy says. */
export interface FileRules {
  /** True when any rule names files of strangers. */
  readonly anyExternal: boolean;
  /** @param path relative to the task folder, `/`-separated, without `.` and `..`. */
  integrityOf(path: string): 'local' | 'external';
}

/** The rules of `labels.files`, of all layers together: what one calls external no other makes trusted. */
export function fileRules(snapshot: Snapshot): FileRules {
  const globs = snapshot.externalFiles;
  return {
    anyExternal: globs.length > 0,
    integrityOf: (path) => (globs.some((glob) => glob.matches(path)) ? 'external' : 'local'),
  };
}

/** The hosts that the documents spell out: the operator's own words, which vouch for themselves as destinations. */
export function namedHosts(snapshot: Snapshot): readonly string[] {
  const hosts = snapshot.layers.flatMap(({ network }) => network?.names() ?? []);
  return [...new Set([...hosts, ...snapshot.services])];
}
