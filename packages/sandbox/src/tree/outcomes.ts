import { type FileOutcome, fileOutcomeSchema } from '@clawhold/spec';
import { readClosedGroups } from './fields.ts';
import { encodePath } from './file-path.ts';
import { explain } from './reasons.ts';

/** What a keep or an undo did: all of what has no conflict, or nothing. */
export interface ChangesResult {
  /** False: nothing at all was changed, and at least one outcome says why. */
  readonly applied: boolean;
  readonly outcomes: readonly FileOutcome[];
}

/** Reads what a `keep` or `undo` job answered: pairs of path and reason, then "" and whether it was applied. */
export function readOutcomes(answer: Buffer, untouched: string): ChangesResult {
  const { groups, closing } = readClosedGroups(answer, 2);
  const applied = closing[1]?.toString() === 'applied';
  const outcomes = groups.map(([path = Buffer.alloc(0), reason = Buffer.alloc(0)]) =>
    fileOutcomeSchema.parse({ path: encodePath(path).path, ...outcomeOf(reason.toString(), applied, untouched) }),
  );
  return { applied, outcomes };
}

function outcomeOf(reason: string, applied: boolean, untouched: string): Omit<FileOutcome, 'path'> {
  if (reason !== '') return { outcome: explain(reason).outcome, explanation: explain(reason).sentence };
  return applied ? { outcome: 'applied', explanation: null } : { outcome: 'refused', explanation: untouched };
}
