import { WalkedList } from '../keyboard/walked-list.tsx';
import { useMessages } from '../language/language.tsx';
import { Panel } from '../look/panel.tsx';
import { Pending } from '../look/pending.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { AcceptedProposal } from './accepted-proposal.tsx';
import { ProposalCard } from './proposal-card.tsx';
import { useAcceptedProposals, useOpenProposals } from './queries.ts';

/** Rules that would let pass what was refused, learned or asked for, and those that a person put in force. */
export function ProposalsPage() {
  const messages = useMessages();
  usePageTitle(messages.proposals);
  const open = useOpenProposals();
  const accepted = useAcceptedProposals();
  return (
    <div className="flex flex-col gap-5">
      <h1 className="text-lg font-semibold">{messages.proposals}</h1>
      <Pending query={open}>
        {(proposals) =>
          proposals.length === 0 ? (
            <p className="rounded-lg border border-line bg-panel p-8 text-center text-ink-soft">
              {messages.noProposals}
            </p>
          ) : (
            <WalkedList items={proposals}>
              {(proposal, walked) => <ProposalCard proposal={proposal} {...walked} />}
            </WalkedList>
          )
        }
      </Pending>
      {accepted.data !== undefined && accepted.data.length > 0 && (
        <Panel title={messages.inForce}>
          <ul className="divide-y divide-line">
            {accepted.data.map((proposal) => (
              <li key={proposal.id} className="px-4 py-2">
                <AcceptedProposal proposal={proposal} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}
