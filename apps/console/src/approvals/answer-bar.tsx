import type { Approval } from '@clawhold/client';
import { useMutation } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { YesOrNo } from '../keyboard/yes-or-no.tsx';
import { useMessages } from '../language/language.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { queryClient } from '../shell/query-client.ts';

interface AnswerBarProps {
  readonly approval: Approval;
  readonly selected: boolean;
}

/** What is sent is the digest of the rendering on this page, so a yes can never be about something else. */
export function AnswerBar({ approval, selected }: AnswerBarProps) {
  const messages = useMessages();
  const path = { approval: approval.id };
  const settled = { onSettled: () => queryClient.invalidateQueries() };
  const approve = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/approvals/{approval}/approve', { params: { path }, body: { digest: approval.rendered.digest } }),
      ),
    ...settled,
  });
  const deny = useMutation({
    mutationFn: () => answer(api.POST('/approvals/{approval}/deny', { params: { path } })),
    ...settled,
  });
  const error = approve.error ?? deny.error;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <YesOrNo
        selected={selected}
        busy={approve.isPending || deny.isPending || approve.data?.state === 'approved' || deny.isSuccess}
        mayAsk={approval.yourYes === 'counts'}
        ask={messages.approve}
        sure={messages.approveSure}
        yes={messages.approveYes}
        no={messages.deny}
        onYes={() => approve.mutate()}
        onNo={() => deny.mutate()}
      />
      {approval.yourYes !== 'counts' && <span className="text-ink-soft">{messages.noYes[approval.yourYes]}</span>}
      {error !== null && <ProblemNotice error={error} />}
    </div>
  );
}
