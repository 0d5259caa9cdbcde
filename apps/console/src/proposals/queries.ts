import type { Proposal } from '@clawhold/client';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { useIsOperator } from '../session/role.tsx';

/** No run stands still for a proposal. */
const pollMilliseconds = 4_000;

/** Rules that wait for a person, the first made first: what is tried once more moves no card under a pointer. */
export function useOpenProposals(): UseQueryResult<readonly Proposal[]> {
  return useQuery({
    enabled: useIsOperator(),
    queryKey: ['proposals', 'open'],
    queryFn: async () => {
      const { proposals } = await answer(api.GET('/proposals'));
      return proposals.toSorted((one, other) => one.made.localeCompare(other.made));
    },
    refetchInterval: pollMilliseconds,
  });
}

/** Rules that were accepted and are neither over nor taken back. */
export function useAcceptedProposals(): UseQueryResult<readonly Proposal[]> {
  return useQuery({
    queryKey: ['proposals', 'accepted'],
    queryFn: async () => {
      const { proposals } = await answer(api.GET('/proposals', { params: { query: { open: 'false' } } }));
      return proposals.filter(({ state }) => state === 'accepted');
    },
    refetchInterval: pollMilliseconds,
  });
}
