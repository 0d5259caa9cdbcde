import type { Approval } from '@clawhold/client';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';

const pollMilliseconds = 1_500;

/** Questions that wait for a person, oldest first: that one runs out first. */
export function usePendingApprovals(): UseQueryResult<readonly Approval[]> {
  return useQuery({
    queryKey: ['approvals', 'pending'],
    queryFn: async () => (await answer(api.GET('/approvals'))).approvals.toReversed(),
    refetchInterval: pollMilliseconds,
  });
}

/** Questions that were answered or ran out, newest first. */
export function useEndedApprovals(): UseQueryResult<readonly Approval[]> {
  return useQuery({
    queryKey: ['approvals', 'ended'],
    queryFn: async () => {
      const { approvals } = await answer(api.GET('/approvals', { params: { query: { pending: 'false' } } }));
      return approvals.filter(({ state }) => state !== 'pending');
    },
    refetchInterval: 2 * pollMilliseconds,
  });
}
