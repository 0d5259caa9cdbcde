import type { CompiledLabels, Snapshot } from '../compile/snapshot.ts';

/** Who could have written the files of a task folder, and who may see them, as the policy says. */
export interface FileRules {
  /** True when any rule names files of strangers. */
  readonly anyExternal: boolean;
  /** @param path relative to the task folder, `/`-separated, without `.` and `..`. */
  integrityOf(path: string): 'local' | 'external';
  /** True when any rule names secret files. */
  readonly anySecret: boolean;
  isSecret(path: string): boolean;
}

/** The rules of `labels.files`, of all layers together: what one calls external no other makes trusted. */
export function fileRules({ labels: { externalFiles, secretFiles } }: Snapshot): FileRules {
  return {
    anyExternal: externalFiles.length > 0,
    integrityOf: (path) => (externalFiles.some((glob) => glob.matches(path)) ? 'external' : 'local'),
    anySecret: secretFiles.length > 0,
    isSecret: (path) => secretFiles.some((glob) => glob.matches(path)),
  };
}

/** Whether the policy calls all that a tool answers secret. */
export function isSecretTool(tool: string, { labels }: Snapshot): boolean {
  return labels.secretTools.some((glob) => glob.matches(tool));
}

/** What makes the result of a tool secret when it stands in it. */
export function secretContents({ labels }: Snapshot): CompiledLabels['secretContents'] {
  return labels.secretContents;
}

/** The hosts that the documents spell out: the operator's own words, which vouch for themselves as destinations. */
export function namedHosts(snapshot: Snapshot): readonly string[] {
  const hosts = snapshot.layers.flatMap(({ network }) => network?.names() ?? []);
  return [...new Set([...hosts, ...snapshot.services])];
}
