import type { Checkpoint, ContentDiff, FileChange, Run } from '@clawhold/client';
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { isGoingOn } from '../runs/run-state.ts';

const pollMilliseconds = 3_000;

export interface Changes {
  readonly changes: readonly FileChange[];
  /** Names exactly this list; keeping sends it back. */
  readonly digest: string;
}

/** What a run changed; looked at again while it goes on. */
export function useChanges(run: Run): UseQueryResult<Changes> {
  return useQuery({
    // Not the state itself: going back to one, waiting and then running again, would bring back the list of then.
    queryKey: ['changes', run.id, isGoingOn(run), run.files],
    queryFn: () => answer(api.GET('/runs/{run}/changes', { params: { path: { run: run.id } } })),
    // The old list stays until the new one is there, and with it what was said about keeping it.
    placeholderData: keepPreviousData,
    refetchInterval: isGoingOn(run) ? pollMilliseconds : false,
  });
}

/** The moments to which the files of a run can go back, oldest first; looked for again while it goes on. */
export function useCheckpoints(run: Run): UseQueryResult<readonly Checkpoint[]> {
  return useQuery({
    queryKey: ['checkpoints', run.id, isGoingOn(run), run.files],
    queryFn: async () =>
      (await answer(api.GET('/runs/{run}/checkpoints', { params: { path: { run: run.id } } }))).checkpoints,
    refetchInterval: isGoingOn(run) ? pollMilliseconds : false,
  });
}

/** The two sides of one file. Its digests name them, so the answer never changes; once kept it could not be asked for. */
export function useDiff(run: string, { path, digestBefore, digestAfter }: FileChange): UseQueryResult<ContentDiff> {
  return useQuery({
    queryKey: ['diff', run, path, digestBefore, digestAfter],
    staleTime: 'static',
    queryFn: () => answer(api.GET('/runs/{run}/changes/diff', { params: { path: { run }, query: { path } } })),
  });
}
