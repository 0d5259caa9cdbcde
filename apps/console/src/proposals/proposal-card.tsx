import type { Proposal } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { WalkedCard } from '../keyboard/walked-card.tsx';
import type { Walked } from '../keyboard/walked-list.tsx';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { Digest } from '../look/digest.tsx';
import { Moment } from '../look/moment.tsx';
import { DecideBar } from './decide-bar.tsx';
import { ProposalTitle } from './proposal-title.tsx';
import { ProposedRule } from './proposed-rule.tsx';
import { RunLinks } from './run-links.tsx';

interface ProposalCardProps extends Walked {
  readonly proposal: Proposal;
}

/** A rule for a person to decide about: who tried what, the rule, all that it opens, and the two answers below. */
export function ProposalCard({ proposal, selected, walkedTo }: ProposalCardProps) {
  const messages = useMessages();
  const { kind, agent, count, runs, why, expires, digest } = proposal;
  return (
    <WalkedCard
      selected={selected}
      walkedTo={walkedTo}
      title={<ProposalTitle proposal={proposal} />}
      aside={
        <span className="text-xs text-ink-soft">
          {messages.proposalEnds} <Moment at={expires} />
        </span>
      }
      footer={<DecideBar proposal={proposal} selected={selected} />}
    >
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Badge tone={kind === 'asked' ? 'accent' : 'warn'}>{messages.proposalKind[kind]}</Badge>
        <span>{messages.proposalOrigin[kind](count)}</span>
        <RunLinks runs={runs} />
      </p>
      {why !== null && (
        <div>
          <h3 className="hostile text-xs font-medium text-ink-soft">{messages.agentSays(agent)}</h3>
          <blockquote className="border-l-2 border-line-strong pl-3">
            <HostileText text={why} as="prose" />
          </blockquote>
        </div>
      )}
      <ProposedRule proposal={proposal} />
      <Digest digest={digest} />
    </WalkedCard>
  );
}
