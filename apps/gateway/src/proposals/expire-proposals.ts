import type { ProposalId } from '@clawhold/spec';
import type { Kysely, RawBuilder } from 'kysely';
import type { Recording } from '../approvals/answers.ts';
import type { Database } from '../store/database.ts';

/** Ends the proposals of a condition and says which, recorded in the transaction that makes it true. */
export function expireProposals(
  database: Kysely<Database>,
  which: RawBuilder<boolean>,
  record: Recording<readonly ProposalId[]>,
): Promise<readonly ProposalId[]> {
  return database.transaction().execute(async (transaction) => {
    const over = await transaction
      .updateTable('proposal')
      .set({ state: 'expired' })
      .where(which)
      .returning('id')
      .execute();
    const ids = over.map(({ id }) => id as ProposalId); // passed spec's schema when they were written
    if (ids.length > 0) await record(ids);
    return ids;
  });
}
