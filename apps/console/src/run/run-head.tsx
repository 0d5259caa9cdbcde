import type { Run } from '@clawhold/client';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { answer, api } from '../api/api.ts';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Button } from '../look/button.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { Sure } from '../look/sure.tsx';
import { FilesBadge, ModelName, StateBadge } from '../runs/run-badges.tsx';
import { hasEnded, isGoingOn } from '../runs/run-state.ts';
import { queryClient } from '../shell/query-client.ts';

interface RunHeadProps {
  readonly run: Run;
  /** Stands below the agent's own words, what it found when it checked its result. */
  readonly check: ReactNode;
}

/** The task, how it stands, the way to stop it, and to the page that the agent of a conversation brings. */
export function RunHead({ run, check }: RunHeadProps) {
  const messages = useMessages();
  const stop = useMutation({
    mutationFn: () => answer(api.POST('/runs/{run}/stop', { params: { path: { run: run.id } } })),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  const look = useMutation({
    mutationFn: () => answer(api.POST('/agents/{agent}/control-ui', { params: { path: { agent: run.agent } } })),
    onSuccess: ({ link }) => window.open(link, '_blank', 'noopener'),
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
        {isGoingOn(run) && run.conversation && (
          <Button onPress={() => look.mutate()} disabled={look.isPending}>
            {messages.agentPage}
          </Button>
        )}
        {isGoingOn(run) && (
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
      {look.error !== null && <ProblemNotice error={look.error} />}
      {run.scripted && <p className="text-xs text-ink-soft">{messages.scriptedMeaning}</p>}
      {run.outcome !== null && (
        <section aria-label={messages.outcome} className="rounded-lg border border-line bg-panel px-4 py-3">
          <h2 className="mb-1 text-xs font-medium text-ink-soft">{messages.outcome}</h2>
          <HostileText text={run.outcome} as="prose" />
        </section>
      )}
      {check}
    </header>
  );
}
