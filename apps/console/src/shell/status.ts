import type { Status } from '@clawhold/client';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { useIsOperator } from '../session/role.tsx';

const pollMilliseconds = 3_000;

export function useStatus(): UseQueryResult<Status> {
  return useQuery({
    enabled: useIsOperator(),
    queryKey: ['status'],
    queryFn: () => answer(api.GET('/status')),
    refetchInterval: pollMilliseconds,
  });
}

/** Whether nobody guards the agents: no supervisor holds its lease. */
export function isSupervisorLost(status: Status): boolean {
  return !status.supervisors.some(({ alive }) => alive);
}
