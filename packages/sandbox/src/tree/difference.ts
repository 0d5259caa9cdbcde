/** One line of a list of changes, as the file job wrote it. */
export interface Difference {
  readonly path: Buffer;
  /** States of `tree/entry.h`: of the task folder, and of the view. */
  readonly before: Buffer;
  readonly after: Buffer;
  readonly refused: Buffer;
}

/**
 * What differs between two views, of which each differs so from the same task folder: where only one of them differs,
 * the other one shows what the task folder has.
 */
export function differencesBetween(from: readonly Difference[], to: readonly Difference[]): readonly Difference[] {
  const older = new Map(from.map((one) => [one.path.toString('latin1'), one]));
  const changed = to.flatMap((now): readonly Difference[] => {
    const key = now.path.toString('latin1');
    const before = older.get(key)?.after ?? now.before;
    older.delete(key);
    return before.equals(now.after) ? [] : [{ ...now, before }];
  });
  const gone = [...older.values()].filter(({ before, after }) => !before.equals(after));
  return [...changed, ...gone.map((one) => ({ ...one, before: one.after, after: one.before, refused: nothing }))];
}

const nothing = Buffer.alloc(0);
