import type { Label } from '@clawhold/spec';
import { labelFrom } from './label.ts';

/** Who could have written the files of a task folder. `packages/policy` makes one from a snapshot. */
export interface FileRules {
  /** True when strangers could have written any file. */
  readonly anyExternal: boolean;
  /** @param path as {@link folderPath} writes it. */
  integrityOf(path: string): 'local' | 'external';
}

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
export function labelOfFile(path: string, rules: FileRules): Label {
  const inside = folderPath(path);
  if (inside === undefined) return labelFrom(rules.anyExternal ? 'external' : 'local', [{ kind: 'file', path }]);
  return labelFrom(rules.integrityOf(inside), [{ kind: 'file', path: inside }]);
}
