import type { Approval } from '@clawhold/client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/api.ts';
import { useShortcut } from '../keyboard/shortcut.ts';
import { useMessages } from '../language/language.tsx';
import { Button } from '../look/button.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { queryClient } from '../shell/query-client.ts';

interface AnswerBarProps {
  readonly approval: Approval;
  readonly selected: boolean;
}

/**
 * No takes one key. Yes takes two different ones: `a` asks, `y` answers; and what is sent is the digest of the
 * rendering on this page, so a yes can never be about something else.
 */
export function AnswerBar({ approval, selected }: AnswerBarProps) {
  const messages = useMessages();
  const [asking, setAsking] = useState(false);
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
  const mayAgree = approval.yourYes === 'counts';
  const busy = approve.isPending || deny.isPending || approve.data?.state === 'approved' || deny.isSuccess;
  useShortcut('a', () => {
    if (selected && mayAgree && !busy) setAsking(true);
  });
  useShortcut('y', () => {
    if (selected && mayAgree && asking && !busy) approve.mutate();
  });
  useShortcut('d', () => {
    if (selected && !busy) deny.mutate();
  });
  useShortcut('Escape', () => setAsking(false));
  const error = approve.error ?? deny.error;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {asking && mayAgree ? (
        // "Cancel" stands where "Approve" stood: a double click says nothing.
        <Button onPress={() => setAsking(false)}>{messages.cancel}</Button>
      ) : (
        <Button look="main" shortcut="a" disabled={busy || !mayAgree} onPress={() => setAsking(true)}>
          {messages.approve}
        </Button>
      )}
      <Button look="danger" shortcut="d" disabled={busy} onPress={() => deny.mutate()}>
        {messages.deny}
      </Button>
      {approval.yourYes !== 'counts' && <span className="text-ink-soft">{messages.noYes[approval.yourYes]}</span>}
      {asking && mayAgree && (
        <span role="status" className="flex flex-wrap items-center gap-2 border-l-2 border-accent pl-3">
          {messages.approveSure}
          <Button look="main" shortcut="y" disabled={busy} onPress={() => approve.mutate()}>
            {messages.approveYes}
          </Button>
        </span>
      )}
      {error !== null && <ProblemNotice error={error} />}
    </div>
  );
}
