import { usePendingApprovals } from '../approvals/queries.ts';
import { isWaitedFor, useLostSteps } from '../lost-steps/queries.ts';

/** How many things stand still until a person answers: questions, and steps of which nobody knows whether they happened. */
export function useWaitingCount(): number {
  const questions = usePendingApprovals().data?.length ?? 0;
  return questions + (useLostSteps().data?.filter(isWaitedFor).length ?? 0);
}
