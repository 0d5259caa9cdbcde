import { type EventBody, type LedgerEvent, ledgerEvent, type Proposal, type ProposalId } from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { ProposedRule } from './new-proposal.ts';

/** What of the life of a proposal is written down before it is true. */
export interface ProposalRecords {
  made(proposal: ProposalId, rule: Pick<ProposedRule, 'kind' | 'agent' | 'digest'>): Promise<unknown>;
  accepted(proposal: Proposal): Promise<unknown>;
  ended(proposal: ProposalId, state: 'dismissed' | 'revoked', by: string): Promise<unknown>;
  readonly expired: (proposals: readonly ProposalId[]) => Promise<unknown>;
}

export function proposalRecords(ledger: Recorder): ProposalRecords {
  const append = (...events: readonly LedgerEvent[]): Promise<unknown> => ledger.append(events);
  return {
    made: (proposal, { kind, agent, digest }) =>
      append(ledgerEvent('proposal.made', { proposal, kind, agent, digest }, { actor: 'api' })),
    accepted: (proposal) => append(acceptance(proposal)),
    ended: (proposal, state, by) =>
      append(ledgerEvent(`proposal.${state}`, { proposal, by }, { actor: `person:${by}` })),
    expired: (proposals) =>
      append(...proposals.map((proposal) => ledgerEvent('proposal.expired', { proposal }, { actor: 'api' }))),
  };
}

function acceptance({ id, digest, policy, decidedBy, grant, proof }: Proposal): LedgerEvent {
  if (grant === null || decidedBy === null) throw new Error('an accepted proposal has a grant');
  const { run, expires, uses } = grant;
  const body: EventBody<'proposal.accepted'> = {
    proposal: id,
    digest,
    policy,
    by: decidedBy,
    run,
    expires,
    uses,
    proof,
  };
  return ledgerEvent('proposal.accepted', body, { actor: proof === null ? `person:${decidedBy}` : 'api', run });
}
