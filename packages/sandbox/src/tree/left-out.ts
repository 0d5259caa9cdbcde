import type { ShownChange, TreeDiff } from './diff.ts';
import { bytesOf } from './file-path.ts';

/**
 * What a keep of all changes leaves out, and why: what cannot be kept, what a tool of the person's would run without being
 * asked to, and the end of a folder that such a file stays in.
 */
export function leftOut({ changes }: TreeDiff): ReadonlyMap<ShownChange, string> {
  const left = new Map(
    changes.flatMap((change) => {
      const why = reasonAgainst(change);
      return why === null ? [] : [[change, why] as const];
    }),
  );
  const staying = new Set([...left.keys()].filter(({ change }) => change !== 'added').flatMap(foldersAbove));
  for (const change of changes)
    if (endsFolder(change) && !left.has(change) && staying.has(bytesOf(change)))
      left.set(change, 'A file that is not kept either lies in this folder of yours.');
  return left;
}

function reasonAgainst({ refused, onlyByPath }: ShownChange): string | null {
  if (refused !== null) return refused;
  return onlyByPath === true
    ? 'Your own tools would run it without being asked; it is kept only when its path is named.'
    : null;
}

function endsFolder({ change }: ShownChange): boolean {
  return change === 'deleted' || change === 'type-changed';
}

function foldersAbove(change: ShownChange): readonly string[] {
  const parts = bytesOf(change).split('/');
  return parts.slice(1).map((_part, at) => parts.slice(0, at + 1).join('/'));
}
