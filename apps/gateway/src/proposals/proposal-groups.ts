import { limits, type ProposalId } from '@clawhold/spec';
import { type Kysely, sql } from 'kysely';
import type { Recording } from '../approvals/answers.ts';
import type { Database } from '../store/database.ts';
import { expireProposals } from './expire-proposals.ts';
import {
  answerBy,
  newProposalId,
  newProposalRow,
  type Opened,
  openingColumns,
  type ProposedRule,
  ruleColumns,
} from './new-proposal.ts';

/** Proposals of what was tried, at most one open for each place. */
export interface ProposalGroups {
  /**
   * The open proposal of a group is made, or brought up to date; neither when people said no to this group lately.
   *
   * @param opened undefined when the rule is that of the open proposal.
   * @param record writes down a rule that is new, or has another digest than before.
   */
  gathered(key: string, rule: ProposedRule, opened: Opened | undefined, record: Recording<ProposalId>): Promise<void>;
  /** The digest of the open proposal of a group. */
  openDigest(key: string): Promise<string | undefined>;
  /** Ends the open proposal of a group: nothing needs it any more. */
  end(key: string, record: Recording<readonly ProposalId[]>): Promise<void>;
}

export function createProposalGroups(database: Kysely<Database>): ProposalGroups {
  return {
    async gathered(key, rule, opened, record) {
      await database.transaction().execute(async (transaction) => {
        // Two passes over the same group come one after the other.
        await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(transaction);
        const open = await transaction
          .selectFrom('proposal')
          .select(['id', 'digest'])
          .where('group_key', '=', key)
          .where('state', '=', 'open')
          .executeTakeFirst();
        if (open !== undefined) {
          const known = open.id as ProposalId; // passed spec's schema when it was written
          const examples = opened === undefined ? {} : openingColumns(opened);
          await transaction
            .updateTable('proposal')
            .set({ ...ruleColumns(rule), ...examples, latest: sql<Date>`now()`, expires: answerBy })
            .where('id', '=', known)
            .execute();
          if (open.digest !== rule.digest) await record(known);
          return;
        }
        const refused = await transaction
          .selectFrom('proposal')
          .select('id')
          .where('group_key', '=', key)
          .where('state', 'in', ['dismissed', 'revoked'])
          .where('decided', '>', sql<Date>`now() - make_interval(secs => ${limits.proposalSeconds})`)
          .executeTakeFirst();
        if (refused !== undefined || opened === undefined) return;
        const made = newProposalId();
        await transaction
          .insertInto('proposal')
          .values({ ...newProposalRow(made, rule, opened), group_key: key })
          .execute();
        await record(made);
      });
    },

    async openDigest(key) {
      const row = await database
        .selectFrom('proposal')
        .select('digest')
        .where('group_key', '=', key)
        .where('state', '=', 'open')
        .executeTakeFirst();
      return row?.digest;
    },

    async end(key, record) {
      await expireProposals(database, sql<boolean>`state = 'open' and group_key = ${key}`, record);
    },
  };
}
