import type { Checkpoint, Run } from '@clawhold/client';
import { useMutation } from '@tanstack/react-query';
import { Fragment } from 'react';
import { answer, api } from '../api/api.ts';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Button } from '../look/button.tsx';
import { Moment } from '../look/moment.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { Sure } from '../look/sure.tsx';
import { queryClient } from '../shell/query-client.ts';
import { useCheckpoints } from './queries.ts';

/** The moments to which the files of the run can go back, the newest first. */
export function CheckpointList({ run }: { readonly run: Run }) {
  const messages = useMessages();
  const { data: checkpoints = [] } = useCheckpoints(run);
  const params = { path: { run: run.id } };
  const settled = { onSettled: () => queryClient.invalidateQueries() };
  const take = useMutation({
    mutationFn: () => answer(api.POST('/runs/{run}/checkpoints', { params, body: { name: null } })),
    ...settled,
  });
  const restore = useMutation({
    mutationFn: (to: string) => answer(api.POST('/runs/{run}/restore', { params, body: { to } })),
    ...settled,
  });
  const busy = take.isPending || restore.isPending;
  const error = take.error ?? restore.error;
  if (checkpoints.length === 0) return null;
  return (
    <section aria-label={messages.checkpoints} className="rounded-lg border border-line bg-panel">
      <div className="flex flex-wrap items-center gap-2 px-4 py-2.5">
        <span className="mr-auto text-ink-soft">{messages.checkpointsMeaning}</span>
        <Button disabled={busy} onPress={() => take.mutate()}>
          {messages.takeCheckpoint}
        </Button>
      </div>
      {error !== null && <ProblemNotice error={error} />}
      <ul className="divide-y divide-line border-t border-line">
        {checkpoints.toReversed().map((checkpoint, index, newestFirst) => (
          <Fragment key={checkpoint.number}>
            <CheckpointRow
              checkpoint={checkpoint}
              busy={busy}
              onRestore={() => restore.mutate(String(checkpoint.number))}
            />
            <ThinnedRow first={(newestFirst[index + 1]?.number ?? 0) + 1} last={checkpoint.number - 1} />
          </Fragment>
        ))}
      </ul>
    </section>
  );
}

interface CheckpointRowProps {
  readonly checkpoint: Checkpoint;
  readonly busy: boolean;
  readonly onRestore: () => void;
}

function CheckpointRow({ checkpoint: { number, name, time }, busy, onRestore }: CheckpointRowProps) {
  const messages = useMessages();
  return (
    <li className="flex flex-wrap items-center gap-2 px-4 py-2">
      <span className="font-mono text-[0.8125rem]">
        <HostileText text={messages.checkpoint(number, name)} first={100} />
      </span>
      <span className="mr-auto text-xs text-ink-soft">
        <Moment at={time} />
      </span>
      <Sure
        anchor="end"
        ask={messages.restore}
        question={messages.restoreSure}
        yes={messages.restoreYes}
        busy={busy}
        onYes={onRestore}
      />
    </li>
  );
}

/** Those between two that are left. */
function ThinnedRow({ first, last }: { readonly first: number; readonly last: number }) {
  const messages = useMessages();
  if (first > last) return null;
  return <li className="px-4 py-1 text-xs text-ink-soft">{messages.checkpointsThinned(first, last)}</li>;
}
