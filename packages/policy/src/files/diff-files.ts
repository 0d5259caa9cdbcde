import { type Access, accessAt, isMore } from './access-list.ts';
import type { CompiledFiles } from './sandbox-files.ts';

/** A tree of files that two policies show differently to a sandbox. */
export interface AccessChange {
  readonly direction: 'opens' | 'closes';
  readonly path: string;
  readonly before: Access;
  readonly after: Access;
}

export interface FilesDiff {
  readonly changes: readonly AccessChange[];
  /** A sandbox that runs keeps what it started with: the second policy is refused while there is one. */
  readonly needsNewSandbox: boolean;
}

/** What the second policy shows to sandboxes, and what it hides from them. */
export function diffFiles(before: CompiledFiles, after: CompiledFiles): FilesDiff {
  const paths = new Set([...before.list, ...after.list].map(({ path }) => path));
  const changes = [...paths].toSorted().flatMap((path): readonly AccessChange[] => {
    const [was, is] = [accessAt(before.list, path), accessAt(after.list, path)];
    if (was === is) return [];
    return [{ direction: isMore(was, is) ? 'opens' : 'closes', path, before: was, after: is }];
  });
  return { changes, needsNewSandbox: changes.length > 0 || before.sandbox.strict !== after.sandbox.strict };
}
