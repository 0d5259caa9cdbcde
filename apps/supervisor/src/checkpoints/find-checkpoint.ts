import { ClawholdError, type RunId } from '@clawhold/spec';
import type { Book, HeldCheckpoint } from './book.ts';

/** @throws ClawholdError `state_no_such_checkpoint`, which says so when there was one. */
export function findCheckpoint(run: RunId, { checkpoints }: Book, reference: string): HeldCheckpoint {
  const found = checkpoints.find(({ number, name }) => name === reference || String(number) === reference);
  if (found !== undefined) return found;
  const before = checkpoints.findLast(({ number }) => number < Number(reference));
  const after = checkpoints.find(({ number }) => number > Number(reference));
  const message =
    after === undefined
      ? `The run ${run} has no checkpoint "${reference}".`
      : `The checkpoint ${reference} of ${run} was thinned out: the older those before steps are, the fewer stay.`;
  const nearest = [before, after].flatMap((one) => (one === undefined ? [] : [one.number])).join(' and ');
  throw new ClawholdError('state_no_such_checkpoint', message, {
    status: 404,
    hint:
      after === undefined
        ? `See those there are with: npx clawhold checkpoints ${run}`
        : `The nearest that are left: ${nearest}.`,
  });
}
