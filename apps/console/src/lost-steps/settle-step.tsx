import type { UnknownStep } from '@clawhold/client';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { answer, api } from '../api/api.ts';
import { useShortcut } from '../keyboard/shortcut.ts';
import { useMessages } from '../language/language.tsx';
import { Button } from '../look/button.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { queryClient } from '../shell/query-client.ts';

type Verdict = NonNullable<UnknownStep['verdict']>;

/** The longest note that the gateway takes, in characters. */
const noteCharacters = 2_000;

/** The keys are those of a question, but neither answer is harmless: `y` follows both. */
const keys: Readonly<Record<Verdict, string>> = { happened: 'a', did_not_happen: 'd' };
const verdicts = ['happened', 'did_not_happen'] as const;

interface SettleStepProps extends Pick<UnknownStep, 'run' | 'step'> {
  /** Whether the keys are about this step. */
  readonly selected: boolean;
}

/** Takes a person's word for what a lost step did, once, and what they saw. */
export function SettleStep({ run, step, selected }: SettleStepProps) {
  const messages = useMessages();
  const noteId = useId();
  const [note, setNote] = useState('');
  const [asked, setAsked] = useState<Verdict>();
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
  const say = (verdict: Verdict): void => {
    setAsked(undefined);
    settle.mutate(verdict);
  };
  useShortcut('a', () => selected && !busy && setAsked('happened'));
  useShortcut('d', () => selected && !busy && setAsked('did_not_happen'));
  useShortcut('y', () => selected && !busy && asked !== undefined && say(asked));
  useShortcut('Escape', () => setAsked(undefined));
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
        {verdicts.map((verdict) =>
          verdict === asked ? (
            // "Cancel" stands where the question stood: a double click says nothing.
            <Button key={verdict} onPress={() => setAsked(undefined)}>
              {messages.cancel}
            </Button>
          ) : (
            <Button key={verdict} shortcut={keys[verdict]} disabled={busy} onPress={() => setAsked(verdict)}>
              {messages.settle[verdict]}
            </Button>
          ),
        )}
        {asked !== undefined && (
          <span role="status" className="flex flex-wrap items-center gap-2 border-l-2 border-accent pl-3">
            {messages.settleSure}
            <Button look="main" shortcut="y" disabled={busy} onPress={() => say(asked)}>
              {messages.settleYes[asked]}
            </Button>
          </span>
        )}
      </div>
      {settle.error !== null && <ProblemNotice error={settle.error} />}
    </div>
  );
}
