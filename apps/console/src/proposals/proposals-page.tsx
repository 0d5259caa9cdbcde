import { WalkedList } from '../keyboard/walked-list.tsx';
import { useMessages } from '../language/language.tsx';
import { Nothing } from '../look/nothing.tsx';
import { Pending } from '../look/pending.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { ProposalCard } from './proposal-card.tsx';
import { ProposalList } from './proposal-list.tsx';
import { type ProposalState, useOpenProposals } from './queries.ts';
import { StateFilter } from './state-filter.tsx';

/** Rules that would let pass what was refused, learned or asked for, and what became of them. */
export function ProposalsPage({ state }: { readonly state: ProposalState }) {
  const messages = useMessages();
  usePageTitle(messages.proposals);
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <h1 className="text-lg font-semibold">{messages.proposals}</h1>
        <StateFilter chosen={state} />
      </div>
      {state === 'open' ? (
        <>
          <OpenProposals />
          <ProposalList state="accepted" />
        </>
      ) : (
        <ProposalList key={state} state={state} saysNothing />
      )}
    </div>
  );
}

function OpenProposals() {
  const messages = useMessages();
  return (
    <Pending query={useOpenProposals()}>
      {(proposals) =>
        proposals.length === 0 ? (
          <Nothing alone>{messages.noProposals}</Nothing>
        ) : (
          <WalkedList items={proposals}>
            {(proposal, walked) => <ProposalCard proposal={proposal} {...walked} />}
          </WalkedList>
        )
      }
    </Pending>
  );
}
