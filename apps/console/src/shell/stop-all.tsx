import { useMutation } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { useMessages } from '../language/language.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { Sure } from '../look/sure.tsx';
import { useRuns } from '../runs/queries.ts';
import { isGoingOn } from '../runs/run-state.ts';
import { queryClient } from './query-client.ts';

/** Stops every run. It is in the frame, so it is never more than one click away from being asked. */
export function StopAll() {
  const messages = useMessages();
  const count = useRuns().data?.filter(isGoingOn).length ?? 0;
  const stop = useMutation({
    mutationFn: () => answer(api.POST('/stop')),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  if (count === 0) return null;
  return (
    <>
      <Sure
        anchor="end"
        look="danger"
        ask={messages.stopAll}
        question={messages.stopAllSure(count)}
        yes={messages.stopAllYes}
        busy={stop.isPending}
        onYes={() => stop.mutate()}
      />
      {stop.error !== null && <ProblemNotice error={stop.error} />}
    </>
  );
}
