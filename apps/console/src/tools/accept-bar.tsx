import type { ToolPin } from '@clawhold/client';
import { useMutation } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { YesOrNo } from '../keyboard/yes-or-no.tsx';
import { useMessages } from '../language/language.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { queryClient } from '../shell/query-client.ts';
import { type ListedTool, listOfTools } from './queries.ts';

interface AcceptBarProps {
  readonly tool: ListedTool;
  readonly pin: ToolPin;
  readonly selected: boolean;
}

/** Pins the description that is on this page, by its digest, or the one that was pinned before. */
export function AcceptBar({ tool: { endpoint, tool }, pin: { pinned, waiting }, selected }: AcceptBarProps) {
  const messages = useMessages();
  const accept = useMutation({
    mutationFn: (digest: string) =>
      answer(api.POST('/policies/pins/tool/accept', { body: { endpoint, tool, digest } })),
    onSettled: () => queryClient.invalidateQueries(listOfTools),
  });
  if (waiting === null) return null;
  return (
    <>
      <YesOrNo
        selected={selected}
        busy={accept.isPending || accept.isSuccess}
        ask={messages.accept}
        sure={messages.toolAcceptSure}
        yes={messages.toolAcceptYes}
        onYes={() => accept.mutate(waiting.digest)}
        {...(pinned === null ? {} : { no: messages.toolKeep, onNo: () => accept.mutate(pinned.digest) })}
      />
      {accept.error !== null && <ProblemNotice error={accept.error} />}
    </>
  );
}
