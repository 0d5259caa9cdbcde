import { ApiProblem, type FileChange, type FileOutcome, type Run } from '@clawhold/client';
import { useMutation } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { useMessages } from '../language/language.tsx';
import { Notice } from '../look/notice.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { Sure } from '../look/sure.tsx';
import { queryClient } from '../shell/query-client.ts';
import { OutcomeList, Remaining } from './outcome-list.tsx';

interface SettleBarProps {
  readonly run: Run;
  /** Of the list on this page: what is kept is what was shown. */
  readonly digest: string;
  readonly changes: readonly FileChange[];
  /** Whether a newer list is on its way: until it is here nothing can be pressed. */
  readonly isOld: boolean;
}

/** Keep, discard, undo, and what became of each path. */
export function SettleBar({ run, digest, changes, isOld }: SettleBarProps) {
  const messages = useMessages();
  const params = { path: { run: run.id } };
  // Also after a refusal: the folder may have changed since the list was made, and the person must see the new one.
  const settled = { onSettled: () => queryClient.invalidateQueries() };
  const keep = useMutation({
    mutationFn: ({ skipConflicts, paths = null }: KeepWish) =>
      answer(api.POST('/runs/{run}/keep', { params, body: { digest, paths, skipConflicts } })),
    ...settled,
  });
  const discard = useMutation({ mutationFn: () => answer(api.POST('/runs/{run}/discard', { params })), ...settled });
  const undo = useMutation({ mutationFn: () => answer(api.POST('/runs/{run}/undo', { params })), ...settled });
  const busy = isOld || keep.isPending || discard.isPending || undo.isPending;
  const error = keep.error ?? discard.error ?? undo.error;
  const conflicts = keep.data?.applied === false && run.files === 'open';
  if (run.files === 'open' && changes.length === 0) return null;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2 rounded-lg border border-line bg-panel px-4 py-2.5">
        <span className="mr-auto font-medium">
          {run.files === 'open' ? messages.filesOpen(changes.length) : messages.filesSettled[run.files]}
        </span>
        {run.files === 'open' && (
          <>
            <Sure
              anchor="end"
              look="main"
              ask={conflicts ? messages.keepRest : messages.keep}
              question={messages.keepSure}
              yes={messages.keepYes}
              busy={busy}
              onYes={() => keep.mutate({ skipConflicts: conflicts })}
            />
            {changes.some(({ onlyByPath }) => onlyByPath === true) && (
              <Sure
                anchor="end"
                look="danger"
                ask={messages.keepUnasked}
                question={messages.keepUnaskedSure}
                yes={messages.keepYes}
                busy={busy}
                onYes={() => keep.mutate({ skipConflicts: conflicts, paths: keepable(changes) })}
              />
            )}
            <Sure
              anchor="end"
              look="danger"
              ask={messages.discard}
              question={messages.discardSure}
              yes={messages.discardYes}
              busy={busy}
              onYes={() => discard.mutate()}
            />
          </>
        )}
        {run.files === 'kept' && (
          <Sure
            anchor="end"
            ask={messages.undo}
            question={messages.undoSure}
            yes={messages.undoYes}
            busy={busy}
            onYes={() => undo.mutate()}
          />
        )}
      </div>
      {isOutdated(error) ? (
        <Notice tone="warn">{messages.changedMeanwhile}</Notice>
      ) : (
        error !== null && <ProblemNotice error={error} />
      )}
      {keep.data !== undefined && undo.data === undefined && (
        <Result {...keep.data} good={messages.applied(appliedCount(keep.data.outcomes))} bad={messages.conflicts} />
      )}
      {undo.data !== undefined && (
        <>
          <Result {...undo.data} good={messages.undone} bad={messages.undoConflicts} />
          <Remaining remaining={undo.data.remaining} />
        </>
      )}
    </div>
  );
}

interface KeepWish {
  readonly skipConflicts: boolean;
  /** Default: all but what the person's tools would run unasked. */
  readonly paths?: string[] | null;
}

function keepable(changes: readonly FileChange[]): string[] {
  return changes.filter(({ refused }) => refused === null).map(({ path }) => path);
}

/** Whether the list on the page was no longer true when it was answered. */
function isOutdated(error: Error | null): boolean {
  return error instanceof ApiProblem && error.code === 'state_changes_differ';
}

function appliedCount(outcomes: readonly FileOutcome[]): number {
  return outcomes.filter(({ outcome }) => outcome === 'applied').length;
}

interface ResultProps {
  readonly applied: boolean;
  readonly outcomes: readonly FileOutcome[];
  readonly good: string;
  readonly bad: string;
}

function Result({ applied, outcomes, good, bad }: ResultProps) {
  return (
    <Notice tone={applied ? 'good' : 'bad'}>
      <p>{applied ? good : bad}</p>
      <OutcomeList outcomes={outcomes.filter(({ outcome }) => outcome !== 'applied')} />
    </Notice>
  );
}
