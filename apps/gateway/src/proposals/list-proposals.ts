import type { Proposal, ProposalId, ProposalState } from '@clawhold/spec';
import { type Kysely, sql } from 'kysely';
import type { ContentSeal } from '../sealing/content.ts';
import type { Database } from '../store/database.ts';
import { isOfState, proposalRows, toProposal } from './proposal-row.ts';

export interface ProposalFilter {
  readonly state: ProposalState | 'all';
  /** Only those that were made before this one, which is the last of the page before. */
  readonly before?: ProposalId | undefined;
  /** As many as a page has. */
  readonly limit: number;
}

/** Proposals, the last made first: what is tried once more moves none from one page to another. */
export interface ProposalPage {
  readonly proposals: readonly Proposal[];
  /** The `before` of the next page; null when there is none. */
  readonly next: ProposalId | null;
}

/** A page of proposals. One whose `before` was never made is empty. */
export async function listProposals(
  database: Kysely<Database>,
  content: ContentSeal,
  { state, before, limit }: ProposalFilter,
): Promise<ProposalPage> {
  let query = proposalRows(database).orderBy('proposal.made', 'desc').orderBy('proposal.id', 'desc');
  if (state !== 'all') query = query.where(isOfState(state));
  if (before !== undefined)
    query = query.where(
      sql<boolean>`(proposal.made, proposal.id) < (select known.made, known.id from proposal known where known.id = ${before})`,
    );
  const found = await query.limit(limit + 1).execute();
  const proposals = await Promise.all(found.slice(0, limit).map((row) => toProposal(row, content)));
  return { proposals, next: found.length > limit ? (proposals.at(-1)?.id ?? null) : null };
}
