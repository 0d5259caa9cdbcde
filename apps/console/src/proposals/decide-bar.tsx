import type { Proposal } from '@clawhold/client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/api.ts';
import { YesOrNo } from '../keyboard/yes-or-no.tsx';
import { useMessages } from '../language/language.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { queryClient } from '../shell/query-client.ts';
import { areTermsPossible, firstTerms, GrantTermsFields } from './grant-terms.tsx';

interface DecideBarProps {
  readonly proposal: Proposal;
  readonly selected: boolean;
}

/** Accepts the rule with the digest that is on this page, for so long and so often; or says no. */
export function DecideBar({ proposal: { id, kind, digest, agent, runs }, selected }: DecideBarProps) {
  const messages = useMessages();
  const [terms, setTerms] = useState(firstTerms);
  const path = { proposal: id };
  const settled = { onSettled: () => queryClient.invalidateQueries() };
  const accept = useMutation({
    mutationFn: () =>
      answer(api.POST('/proposals/{proposal}/accept', { params: { path }, body: { digest, ...terms } })),
    ...settled,
  });
  const dismiss = useMutation({
    mutationFn: () => answer(api.POST('/proposals/{proposal}/dismiss', { params: { path } })),
    ...settled,
  });
  const error = accept.error ?? dismiss.error;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <YesOrNo
        // Whoever was about to say yes when the rule grew looks at it again.
        key={digest}
        selected={selected}
        busy={accept.isPending || dismiss.isPending || accept.isSuccess || dismiss.isSuccess}
        mayAnswer={areTermsPossible(terms)}
        ask={messages.accept}
        sure={messages.acceptSure}
        yes={messages.acceptYes}
        no={messages.dismiss}
        onYes={() => accept.mutate()}
        onNo={() => dismiss.mutate()}
      >
        <GrantTermsFields terms={terms} agent={agent} runs={runs} onChange={setTerms} />
      </YesOrNo>
      {kind !== 'asked' && <span className="text-xs text-ink-soft">{messages.dismissMeaning}</span>}
      {error !== null && <ProblemNotice error={error} />}
    </div>
  );
}
