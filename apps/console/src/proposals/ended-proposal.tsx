import type { Proposal } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { Moment } from '../look/moment.tsx';
import { ProposalTitle } from './proposal-title.tsx';
import { RuleDetails } from './rule-details.tsx';

/** A rule that opens nothing, or nothing any more: what became of it, when, and whose word that was. */
export function EndedProposal({ proposal }: { readonly proposal: Proposal }) {
  const messages = useMessages();
  const { id, state, grant, expires, decided, decidedBy } = proposal;
  return (
    <article aria-label={id} className="flex flex-col gap-2">
      <span className="hostile font-medium">
        <ProposalTitle proposal={proposal} />
      </span>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-soft">
        {grant !== null && <Badge>{messages.grantUsed(grant.used, grant.uses)}</Badge>}
        <span>
          {messages.proposalState[state]}{' '}
          <Moment at={state === 'expired' ? (grant?.expires ?? expires) : (decided ?? expires)} />
        </span>
        {state !== 'expired' && decidedBy !== null && (
          <span>
            {messages.by} <HostileText text={decidedBy} first={80} />
          </span>
        )}
      </p>
      <RuleDetails proposal={proposal} />
    </article>
  );
}
