import type { Proposal } from '@clawhold/client';
import { useMutation } from '@tanstack/react-query';
import { answer, api } from '../api/api.ts';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { Moment } from '../look/moment.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { Sure } from '../look/sure.tsx';
import { queryClient } from '../shell/query-client.ts';
import { ProposalTitle } from './proposal-title.tsx';
import { RuleDetails } from './rule-details.tsx';
import { RunLinks } from './run-links.tsx';

/** A rule that is in force: how far it reaches, how much of it is used, who accepted it, and how to take it back. */
export function AcceptedProposal({ proposal }: { readonly proposal: Proposal }) {
  const messages = useMessages();
  const { id, agent, grant, decidedBy, proof } = proposal;
  const revoke = useMutation({
    mutationFn: () => answer(api.POST('/proposals/{proposal}/revoke', { params: { path: { proposal: id } } })),
    onSettled: () => queryClient.invalidateQueries(),
  });
  return (
    <article aria-label={id} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="hostile min-w-0 flex-1 basis-60 font-medium">
          <ProposalTitle proposal={proposal} />
        </span>
        <Sure
          anchor="end"
          look="danger"
          ask={messages.revoke}
          question={messages.revokeSure}
          yes={messages.revokeYes}
          busy={revoke.isPending || revoke.isSuccess}
          onYes={() => revoke.mutate()}
        />
      </div>
      {grant !== null && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-soft">
          <Badge tone={grant.used < grant.uses ? 'good' : 'calm'}>{messages.grantUsed(grant.used, grant.uses)}</Badge>
          {grant.used >= grant.uses && <span>{messages.grantUsedUp}</span>}
          <span>
            {messages.grantUntil} <Moment at={grant.expires} />
          </span>
          {grant.run === null ? (
            <span className="hostile">{messages.everyRun(agent)}</span>
          ) : (
            <RunLinks runs={[grant.run]} />
          )}
          {proof === null ? (
            <span>
              {messages.grantBy} <HostileText text={decidedBy ?? ''} first={80} />
            </span>
          ) : (
            <span>{messages.grantByProver}</span>
          )}
        </p>
      )}
      <RuleDetails proposal={proposal} />
      {revoke.error !== null && <ProblemNotice error={revoke.error} />}
    </article>
  );
}
