import type { Run } from '@clawhold/client';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../api/api.ts';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Notice } from '../look/notice.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { Sure } from '../look/sure.tsx';
import { FilesBadge, ModelName, StateBadge } from '../runs/run-badges.tsx';
import { hasEnded, isGoingOn } from '../runs/run-state.ts';
import { queryClient } from '../shell/query-client.ts';

/** The task, how it stands, and the way to stop it. */
export function RunHead({ run }: { readonly run: Run }) {
  const messages = useMessages();
  const stop = useMutation({
    mutationFn: () => answer(api.POST('/runs/{run}/stop', { params: { path: { run: run.id } } })),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <header className="flex flex-col gap-2">
      <Link to="/" className="self-start text-xs font-medium text-accent hover:underline">
        ← {messages.back}
      </Link>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <h1 className="min-w-0 flex-1 basis-80 text-base font-semibold sm:text-lg">
          <HostileText text={run.task} first={400} />
        </h1>
        {(isGoingOn(run) || run.state === 'unknown') && (
          <Sure
            anchor="end"
            look="danger"
            ask={messages.stop}
            question={`${messages.stop}?`}
            yes={messages.stop}
            busy={stop.isPending}
            onYes={() => stop.mutate()}
          />
        )}
      </div>
      <div className="flex flex-wrap items-center gap-2 text-xs">
        <StateBadge run={run} />
        {hasEnded(run) && <FilesBadge run={run} />}
        <ModelName run={run} />
      </div>
      {stop.error !== null && <ProblemNotice error={stop.error} />}
      {run.scripted && <p className="text-xs text-ink-soft">{messages.scriptedMeaning}</p>}
      {run.state === 'unknown' && <Notice tone="bad">{messages.stateUnknownMeaning}</Notice>}
      {run.outcome !== null && (
        <section aria-label={messages.outcome} className="rounded-lg border border-line bg-panel px-4 py-3">
          <h2 className="mb-1 text-xs font-medium text-ink-soft">{messages.outcome}</h2>
          <HostileText text={run.outcome} as="prose" />
        </section>
      )}
    </header>
  );
}
