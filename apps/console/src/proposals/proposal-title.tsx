import type { Proposal } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';

/** The agent and the first of what would pass. */
export function ProposalTitle({ proposal: { agent, tried } }: { readonly proposal: Proposal }) {
  return (
    <>
      <HostileText text={agent} first={80} />: <HostileText text={tried[0] ?? ''} first={200} />
      {tried.length > 1 && ` + ${tried.length - 1}`}
    </>
  );
}
