import type { ToolPinEntry } from '@clawhold/client';
import { useMutation } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { useMessages } from '../language/language.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { Sure } from '../look/sure.tsx';
import { queryClient } from '../shell/query-client.ts';
import { listOfTools } from './queries.ts';

/** Lets the installation forget what it knows of a tool. */
export function ForgetTool({ endpoint, tool }: Pick<ToolPinEntry, 'endpoint' | 'tool'>) {
  const messages = useMessages();
  const forget = useMutation({
    mutationFn: () => answer(api.POST('/policies/pins/tool/forget', { body: { endpoint, tool } })),
    onSettled: () => queryClient.invalidateQueries(listOfTools),
  });
  return (
    <>
      <Sure
        anchor="end"
        look="danger"
        ask={messages.forget}
        question={messages.forgetSure}
        yes={messages.forgetYes}
        busy={forget.isPending || forget.isSuccess}
        onYes={() => forget.mutate()}
      />
      {forget.error !== null && <ProblemNotice error={forget.error} />}
    </>
  );
}
