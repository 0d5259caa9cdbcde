import type { UnknownStep } from '@clawhold/client';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { answer, api } from '../api/api.ts';
import { useMessages } from '../language/language.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { Sure } from '../look/sure.tsx';
import { queryClient } from '../shell/query-client.ts';

type Verdict = NonNullable<UnknownStep['verdict']>;

/** The longest note that the gateway takes, in characters. */
const noteCharacters = 2_000;

/** Takes a person's word for what a lost step did, once, and what they saw. */
export function SettleStep({ run, step }: Pick<UnknownStep, 'run' | 'step'>) {
  const messages = useMessages();
  const noteId = useId();
  const [note, setNote] = useState('');
  const settle = useMutation({
    mutationFn: (verdict: Verdict) =>
      answer(
        api.POST('/runs/{run}/steps/{step}/settle', {
          params: { path: { run, step } },
          body: { verdict, note: note.trim() === '' ? null : note },
        }),
      ),
    onSettled: () => queryClient.invalidateQueries(),
  });
  const busy = settle.isPending || settle.isSuccess;
  return (
    <div className="flex min-w-0 flex-1 basis-80 flex-col gap-2">
      <label htmlFor={noteId} className="text-xs font-medium text-ink-soft">
        {messages.settleNote}
      </label>
      <input
        id={noteId}
        value={note}
        maxLength={noteCharacters}
        onChange={(event) => setNote(event.target.value)}
        className="w-full rounded-md border border-line-strong bg-panel px-2.5 py-1.5"
      />
      <div className="flex flex-wrap items-center gap-2">
        {(['happened', 'did_not_happen'] as const).map((verdict) => (
          <Sure
            key={verdict}
            ask={messages.settle[verdict]}
            question={messages.settleSure}
            yes={messages.settleYes[verdict]}
            busy={busy}
            onYes={() => settle.mutate(verdict)}
          />
        ))}
      </div>
      {settle.error !== null && <ProblemNotice error={settle.error} />}
    </div>
  );
}
