import type { Run } from '@clawhold/client';
import { useMutation } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Notice } from '../look/notice.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { Sure } from '../look/sure.tsx';
import { queryClient } from '../shell/query-client.ts';
import type { Step } from './story.ts';

type Verdict = NonNullable<Step['settled']>['verdict'];

/** What became of a step whose result was lost: a person says it here, once, and everyone sees it afterwards. */
export function SettleStep({ step, run }: { readonly step: Step; readonly run: Run }) {
  const messages = useMessages();
  const settle = useMutation({
    mutationFn: (verdict: Verdict) =>
      answer(
        api.POST('/runs/{run}/steps/{step}/settle', {
          params: { path: { run: run.id, step: step.id } },
          body: { verdict, note: null },
        }),
      ),
    onSettled: () => queryClient.invalidateQueries(),
  });
  const { settled } = step;
  if (settled !== null)
    return (
      <Notice tone="calm">
        {messages.verdict[settled.verdict]} <HostileText text={settled.by} first={80} />
        {settled.note !== null && (
          <>
            : <HostileText text={settled.note} />
          </>
        )}
      </Notice>
    );
  const busy = settle.isPending || settle.isSuccess;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {(['happened', 'did_not_happen'] as const).map((verdict) => (
        <Sure
          key={verdict}
          ask={messages.settle[verdict]}
          question={messages.settleSure}
          yes={messages.settle[verdict]}
          busy={busy}
          onYes={() => settle.mutate(verdict)}
        />
      ))}
      {settle.error !== null && <ProblemNotice error={settle.error} />}
    </div>
  );
}
