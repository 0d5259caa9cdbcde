import type { Model, Run } from '@clawhold/client';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';

const pollMilliseconds = 2_000;

/** The latest runs, newest first. */
export function useRuns(): UseQueryResult<readonly Run[]> {
  return useQuery({
    queryKey: ['runs'],
    queryFn: async () => (await answer(api.GET('/runs'))).runs,
    refetchInterval: pollMilliseconds,
  });
}

export function useRun(id: string): UseQueryResult<Run> {
  return useQuery({
    queryKey: ['run', id],
    queryFn: () => answer(api.GET('/runs/{run}', { params: { path: { run: id } } })),
    refetchInterval: pollMilliseconds,
  });
}

export interface Models {
  readonly models: readonly Model[];
  readonly default: string;
}

export function useModels(): UseQueryResult<Models> {
  return useQuery({
    queryKey: ['models'],
    queryFn: () => answer(api.GET('/models')),
    // They hardly change; an answer that did not come is asked for again.
    refetchInterval: ({ state }) => (state.status === 'error' ? pollMilliseconds : false),
  });
}
