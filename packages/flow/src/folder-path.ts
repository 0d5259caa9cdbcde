import type { Label, Source } from '@clawhold/spec';
import { labelFrom } from './label.ts';

/** Who could have written the files of a task folder, and who may see them. Paths are as {@link folderPath} writes them. */
export interface FileRules {
  /** True when strangers could have written any file. */
  readonly anyExternal: boolean;
  integrityOf(path: string): 'local' | 'external';
  /** True when any file may be secret. */
  readonly anySecret: boolean;
  /** @param part the name of a file can be told without a word of what is in it. */
  isSecret(path: string, part: FilePart): boolean;
}

export type FilePart = 'content' | 'name';

/** Where the task folder is inside a sandbox. */
const taskFolder = '/task';

/** Writes a path relative to the task folder, without `.` and `..`; undefined when it leads out of it. */
export function folderPath(path: string): string | undefined {
  if (path.includes('\0')) return undefined;
  const inside = path === taskFolder || path.startsWith(`${taskFolder}/`) ? `.${path.slice(taskFolder.length)}` : path;
  if (inside.startsWith('/')) return undefined;
  const kept: string[] = [];
  for (const segment of inside.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') kept.push(segment);
    else if (kept.pop() === undefined) return undefined;
  }
  return kept.join('/');
}

/** The label of a file as the person gave it; what the run did to it is the business of its provenance. */
export function labelOfFile(path: string, rules: FileRules, part: FilePart = 'content'): Label {
  const inside = folderPath(path);
  if (inside === undefined) return labelOfFolder(rules, [{ kind: 'file', path }]);
  const guarded = rules.isSecret(inside, part) ? 'secret' : 'internal';
  return labelFrom(rules.integrityOf(inside), [{ kind: 'file', path: inside }], guarded);
}

/** The label of whatever may be in any file. */
export function labelOfFolder({ anyExternal, anySecret }: FileRules, sources: readonly Source[] = []): Label {
  return labelFrom(anyExternal ? 'external' : 'local', sources, anySecret ? 'secret' : 'internal');
}
