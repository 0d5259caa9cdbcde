import { grantCounter } from '@clawhold/policy';
import {
  id,
  networkPolicySchema,
  openingSchema,
  type Proposal,
  type ProposalId,
  type ProposalState,
  type RunId,
} from '@clawhold/spec';
import { type Kysely, type RawBuilder, type Selectable, type SelectQueryBuilder, sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { ContentSeal } from '../sealing/content.ts';
import type { Database } from '../store/database.ts';

/** A row with how often its grant was used. */
export type ProposalRow = Selectable<Database['proposal']> & { readonly spent: number | null };

export function proposalRows(
  from: Kysely<Database> | Transaction<Database>,
): SelectQueryBuilder<Database, 'proposal', ProposalRow> {
  return from
    .selectFrom('proposal')
    .selectAll('proposal')
    .select(
      sql<number | null>`(select spent from counter where counter = ${grantCounter('')} || proposal.id)`.as('spent'),
    );
}

/** Whether a row is in this state at this moment: what is over is over before anybody has written it down. */
export function isOfState(state: ProposalState): RawBuilder<boolean> {
  const isOver = sql<boolean>`coalesce(case proposal.state when 'open' then proposal.expires when 'accepted' then proposal.grant_expires end <= now(), false)`;
  if (state === 'expired') return sql<boolean>`(proposal.state = 'expired' or ${isOver})`;
  return sql<boolean>`(proposal.state = ${state} and not ${isOver})`;
}

/** Where the words of an agent are sealed. */
export const whyPlace = (proposal: ProposalId): string => `proposal/${proposal}/why`;

/** What was written by the store, read back and checked. */
export async function toProposal(row: ProposalRow, content: ContentSeal): Promise<Proposal> {
  const proposal = id('proposal').parse(row.id);
  return {
    id: proposal,
    kind: row.kind,
    state: stateOf(row),
    agent: row.agent,
    policy: networkPolicySchema.parse(JSON.parse(row.policy)),
    digest: row.digest,
    tried: z.array(z.string()).parse(JSON.parse(row.tried)),
    count: Number(row.count),
    runs: z.array(id('run')).parse(JSON.parse(row.runs)),
    opens: z.array(openingSchema).parse(JSON.parse(row.opens)),
    limits: z.array(z.string()).parse(JSON.parse(row.bounds)),
    why: await whyOf(row, proposal, content),
    made: row.made.toISOString(),
    latest: row.latest.toISOString(),
    expires: row.expires.toISOString(),
    decided: row.decided?.toISOString() ?? null,
    decidedBy: row.decided_by,
    grant: grantOf(row),
    proof: row.proof_digest,
  };
}

/** The same as {@link isOfState}, of a row that was read. */
function stateOf({ state, expires, grant_expires: granted }: ProposalRow): ProposalState {
  const end = state === 'open' ? expires : state === 'accepted' ? granted : null;
  return end !== null && end.getTime() <= Date.now() ? 'expired' : state;
}

function grantOf(row: ProposalRow): Proposal['grant'] {
  if (row.grant_expires === null || row.grant_uses === null) return null;
  return {
    run: row.grant_run as RunId | null, // passed spec's schema when it was written
    expires: row.grant_expires.toISOString(),
    uses: row.grant_uses,
    used: row.spent ?? 0,
  };
}

async function whyOf({ run, why }: ProposalRow, proposal: ProposalId, content: ContentSeal): Promise<string | null> {
  if (run === null || why === null) return null;
  return content.openText(run as RunId, whyPlace(proposal), why); // passed spec's schema when it was written
}
