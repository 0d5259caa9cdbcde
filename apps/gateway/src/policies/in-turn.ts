import { ClawholdError } from '@clawhold/spec';

/** How many may wait for the one whose turn it is. */
const waitingTasks = 8;

/** Runs work one after the other. @throws ClawholdError `state_desk_busy` when too much waits already. */
export function inTurn(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return (work) => {
    if (waiting >= waitingTasks)
      throw new ClawholdError('state_desk_busy', 'Too many questions about policies wait already.', {
        status: 503,
        hint: 'Ask again in a moment.',
      });
    waiting++;
    const answer = last.then(work).finally(() => waiting--);
    last = answer.catch(() => undefined);
    return answer;
  };
}
