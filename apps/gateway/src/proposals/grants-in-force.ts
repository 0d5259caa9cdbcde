import { type GrantRule, type GrantsInForce, networkPolicySchema, type ProposalId, type RunId } from '@clawhold/spec';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../store/database.ts';
import { isOfState, type ProposalRow, proposalRows } from './proposal-row.ts';

/** What is granted at this moment, with a number that is larger each time. */
export async function grantsInForce(database: Kysely<Database>): Promise<GrantsInForce> {
  // The number first: what was decided before a larger one was drawn is in its list.
  const { rows: drawn } = await sql<{ revision: string }>`select nextval('grant_revision') as revision`.execute(
    database,
  );
  const found = await proposalRows(database).where(isOfState('accepted')).orderBy('proposal.decided').execute();
  return { revision: Number(drawn[0]?.revision), rules: found.flatMap(toRule) };
}

/** Rules with a use left. */
function toRule(row: ProposalRow): readonly GrantRule[] {
  const { grant_expires: expires, grant_uses: uses, grant_run: run, agent, spent } = row;
  if (expires === null || uses === null || (spent ?? 0) >= uses) return [];
  return [
    {
      id: row.id as ProposalId, // ids passed spec's schema when they were written
      agent,
      run: run as RunId | null,
      policy: networkPolicySchema.parse(JSON.parse(row.policy)),
      expires: expires.toISOString(),
      uses,
    },
  ];
}
