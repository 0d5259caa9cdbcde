import { ApiProblem } from '@clawhold/client';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { reachable } from '../api/reachable.ts';
import { session } from '../session/session.ts';

/** A session that the gateway no longer knows is over: the sign-in page takes the place of everything. */
function note(error: Error): void {
  reachable.failed(error);
  if (!(error instanceof ApiProblem) || error.status !== 401) return;
  session.end();
  queryClient.clear();
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: note, onSuccess: reachable.heard }),
  mutationCache: new MutationCache({ onError: note, onSuccess: reachable.heard }),
  defaultOptions: {
    // What is polled is asked again anyway; a refusal does not change by repeating it.
    queries: { retry: false, networkMode: 'always', staleTime: 1_000 },
    mutations: { networkMode: 'always' },
  },
});
