import type { ShownChange } from './diff.ts';

/**
 * Says of added files where they came from: when exactly one file with this content, which is not empty, was deleted and
 * exactly one was added. More of them, or a name that is no text, prove nothing.
 */
export function withMoves(changes: readonly ShownChange[]): readonly ShownChange[] {
  const plain = changes.filter(({ pathEncoding }) => pathEncoding === 'utf-8');
  const gone = Map.groupBy(plain.filter(isDeletedFile), ({ digestBefore }) => digestBefore);
  const fresh = Map.groupBy(plain.filter(isAddedFile), ({ digestAfter }) => digestAfter);
  return changes.map((change) => {
    const [from, another] = gone.get(change.digestAfter) ?? [];
    const [only, ...others] = fresh.get(change.digestAfter) ?? [];
    const isMove = from !== undefined && another === undefined && only === change && others.length === 0;
    return isMove ? { ...change, movedFrom: from.path } : change;
  });
}

function isDeletedFile({ change, digestBefore }: ShownChange): boolean {
  return change === 'deleted' && digestBefore !== null;
}

function isAddedFile({ change, digestAfter, size }: ShownChange): boolean {
  return change === 'added' && digestAfter !== null && size !== 0;
}
