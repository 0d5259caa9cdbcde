import type { UnknownStep } from '@clawhold/client';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { useIsOperator } from '../session/role.tsx';

const pollMilliseconds = 1_500;

/** Steps of which nobody knows whether they happened and nobody has said it, oldest first: that one runs out first. */
export function useLostSteps(): UseQueryResult<readonly UnknownStep[]> {
  return useQuery({
    enabled: useIsOperator(),
    queryKey: ['unknown-steps'],
    queryFn: async () => (await answer(api.GET('/unknown-steps'))).steps.toReversed(),
    refetchInterval: pollMilliseconds,
  });
}

/** Whether a run stands still until a person has said what the step did. */
export function isWaitedFor({ state }: UnknownStep): boolean {
  return state === 'open';
}
