import type { Proposal } from '@clawhold/client';
import { type UseInfiniteQueryResult, type UseQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { useIsOperator } from '../session/role.tsx';

/** No run stands still for a proposal. */
const pollMilliseconds = 4_000;

export type ProposalState = Proposal['state'];

function readPage(state: ProposalState, before: string | null) {
  const query = { state, ...(before === null ? {} : { before }) };
  return answer(api.GET('/proposals', { params: { query } }));
}

/**
 * All rules that wait for a person, the first made first: what is tried once more moves no card under a pointer. They are
 * few: each ends by itself.
 */
export function useOpenProposals(): UseQueryResult<readonly Proposal[]> {
  return useQuery({
    enabled: useIsOperator(),
    queryKey: ['proposals', 'open', 'all'],
    queryFn: async () => {
      const open: Proposal[] = [];
      let before: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof readPage>> = await readPage('open', before);
        open.push(...page.proposals);
        before = page.next;
      } while (before !== null);
      return open.toReversed();
    },
    refetchInterval: pollMilliseconds,
  });
}

/** Rules of a state, the last made first, and as many older ones as were asked for. */
export function useProposals(state: ProposalState): UseInfiniteQueryResult<readonly Proposal[]> {
  return useInfiniteQuery({
    queryKey: ['proposals', state],
    queryFn: ({ pageParam }) => readPage(state, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ proposals }) => proposals),
    refetchInterval: pollMilliseconds,
  });
}
