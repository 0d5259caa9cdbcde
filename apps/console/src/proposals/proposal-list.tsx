import type { Proposal } from '@clawhold/client';
import type { ReactNode } from 'react';
import { useMessages } from '../language/language.tsx';
import { Button } from '../look/button.tsx';
import { Nothing } from '../look/nothing.tsx';
import { Panel } from '../look/panel.tsx';
import { Pending } from '../look/pending.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { AcceptedProposal } from './accepted-proposal.tsx';
import { EndedProposal } from './ended-proposal.tsx';
import { type ProposalState, useProposals } from './queries.ts';

interface ProposalListProps {
  readonly state: Exclude<ProposalState, 'open'>;
  /** Whether an empty list says so. Default: it is not there. */
  readonly saysNothing?: boolean;
}

/** Rules that a person or time has decided about, the last made first, and older ones on request. */
export function ProposalList({ state, saysNothing = false }: ProposalListProps) {
  const messages = useMessages();
  const found = useProposals(state);
  if (!saysNothing && (found.data ?? []).length === 0) return null;
  return (
    <Panel title={messages.proposalState[state]}>
      <Pending query={found}>
        {(proposals) =>
          proposals.length === 0 ? (
            <Nothing>{messages.noProposalsThere}</Nothing>
          ) : (
            <Rows proposals={proposals} draw={state === 'accepted' ? accepted : ended} />
          )
        }
      </Pending>
      {found.hasNextPage && (
        <p className="border-t border-line px-4 py-2">
          <Button disabled={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>
            {messages.older}
          </Button>
        </p>
      )}
      {found.isFetchNextPageError && <ProblemNotice error={found.error} />}
    </Panel>
  );
}

const accepted = (proposal: Proposal): ReactNode => <AcceptedProposal proposal={proposal} />;
const ended = (proposal: Proposal): ReactNode => <EndedProposal proposal={proposal} />;

interface RowsProps {
  readonly proposals: readonly Proposal[];
  readonly draw: (proposal: Proposal) => ReactNode;
}

function Rows({ proposals, draw }: RowsProps) {
  return (
    <ul className="divide-y divide-line">
      {proposals.map((proposal) => (
        <li key={proposal.id} className="px-4 py-2">
          {draw(proposal)}
        </li>
      ))}
    </ul>
  );
}
