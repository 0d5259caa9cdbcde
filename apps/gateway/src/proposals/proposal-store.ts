import { ClawholdError, limits, type Proposal, type ProposalId, type RunId } from '@clawhold/spec';
import { type Kysely, sql } from 'kysely';
import type { Recording } from '../approvals/answers.ts';
import type { ContentSeal } from '../sealing/content.ts';
import type { Database } from '../store/database.ts';
import { expireProposals } from './expire-proposals.ts';
import { listProposals, type ProposalFilter, type ProposalPage } from './list-proposals.ts';
import { newProposalId, newProposalRow, type Opened, type ProposedRule } from './new-proposal.ts';
import { proposalRows, toProposal, whyPlace } from './proposal-row.ts';

export interface GrantTerms {
  /** Null: every run of the agent. */
  readonly run: RunId | null;
  readonly seconds: number;
  readonly uses: number;
  /** Of what was accepted by itself. */
  readonly proof: { readonly text: string; readonly digest: string } | null;
}

/** Proposals as rows. Every change of state is one conditional update, recorded in the transaction that makes it true. */
export interface ProposalStore {
  /**
   * What a run asked for: made, or found when it asked for the same before.
   *
   * @throws ClawholdError `state_too_many_proposals`.
   */
  asked(
    rule: ProposedRule,
    opened: Opened,
    run: RunId,
    why: string,
    record: Recording<ProposalId>,
  ): Promise<{ readonly proposal: Proposal; readonly isNew: boolean }>;
  /** @throws ClawholdError `state_no_such_proposal`. */
  read(proposal: ProposalId): Promise<Proposal>;
  list(filter: ProposalFilter): Promise<ProposalPage>;
  /** What this run asked for, newest first. */
  listOf(run: RunId): Promise<readonly Proposal[]>;
  /** @throws ClawholdError `state_no_such_proposal`, `state_proposal_ended`, `state_digest_mismatch`. */
  accept(
    proposal: ProposalId,
    digest: string,
    by: string,
    terms: GrantTerms,
    record: Recording<Proposal>,
  ): Promise<Proposal>;
  /** @throws ClawholdError `state_no_such_proposal`, `state_proposal_ended`. */
  end(
    proposal: ProposalId,
    state: 'dismissed' | 'revoked',
    by: string,
    record: Recording<ProposalId>,
  ): Promise<Proposal>;
  /** Ends what nobody answered, and what was granted for long enough; says what it ended. */
  expire(record: Recording<readonly ProposalId[]>): Promise<readonly ProposalId[]>;
}

export function createProposalStore(database: Kysely<Database>, content: ContentSeal): ProposalStore {
  async function read(proposal: ProposalId): Promise<Proposal> {
    const row = await proposalRows(database).where('proposal.id', '=', proposal).executeTakeFirst();
    if (row !== undefined) return toProposal(row, content);
    throw new ClawholdError('state_no_such_proposal', `There is no proposal ${proposal}.`, {
      status: 404,
      hint: 'See what is open with: npx clawhold policy proposals',
    });
  }

  async function ended(proposal: ProposalId, digest?: string): Promise<ClawholdError> {
    const found = await read(proposal);
    if (found.state === 'open' && digest !== undefined && found.digest !== digest)
      return new ClawholdError(
        'state_digest_mismatch',
        'The rule is not the one that was shown: more was tried since.',
        {
          hint: `Look again: npx clawhold policy proposals show ${proposal}`,
        },
      );
    return new ClawholdError('state_proposal_ended', `The proposal ${proposal} is ${found.state}.`);
  }

  return {
    read,

    async asked(rule, opened, run, why, record) {
      const made = newProposalId();
      const sealed = await content.sealText(run, whyPlace(made), why);
      const found = await database.transaction().execute(async (transaction) => {
        // One run asks for one thing after the other, so that none slips past the limit.
        await sql`select 1 from run where id = ${run} for update`.execute(transaction);
        const earlier = await transaction
          .selectFrom('proposal')
          .select(['id', 'digest', 'state'])
          .where('run', '=', run)
          .execute();
        const known = earlier.find(({ digest, state }) => digest === rule.digest && state !== 'expired');
        if (known !== undefined) return known.id as ProposalId; // passed spec's schema when it was written
        if (earlier.length >= limits.runProposals)
          throw new ClawholdError(
            'state_too_many_proposals',
            `This run asked for ${limits.runProposals} rules already.`,
            {
              status: 429,
            },
          );
        await transaction
          .insertInto('proposal')
          .values({ ...newProposalRow(made, rule, opened), run, why: sealed })
          .execute();
        await record(made);
        return made;
      });
      return { proposal: await read(found), isNew: found === made };
    },

    list: (filter) => listProposals(database, content, filter),

    async listOf(run) {
      const query = proposalRows(database).where('proposal.run', '=', run).orderBy('proposal.made', 'desc');
      return Promise.all((await query.execute()).map((row) => toProposal(row, content)));
    },

    async accept(proposal, digest, by, terms, record) {
      const accepted = await database.transaction().execute(async (transaction) => {
        const updated = await transaction
          .updateTable('proposal')
          .set({
            state: 'accepted',
            decided: sql<Date>`now()`,
            decided_by: by,
            grant_run: terms.run,
            grant_expires: sql<Date>`now() + make_interval(secs => ${terms.seconds})`,
            grant_uses: terms.uses,
            proof: terms.proof?.text ?? null,
            proof_digest: terms.proof?.digest ?? null,
          })
          .where('id', '=', proposal)
          .where('state', '=', 'open')
          .where('digest', '=', digest)
          .where('expires', '>', sql<Date>`clock_timestamp()`)
          .returning('id')
          .executeTakeFirst();
        if (updated === undefined) return undefined;
        const row = await proposalRows(transaction).where('proposal.id', '=', proposal).executeTakeFirstOrThrow();
        const granted = await toProposal(row, content);
        await record(granted);
        return granted;
      });
      if (accepted !== undefined) return accepted;
      throw await ended(proposal, digest);
    },

    async end(proposal, state, by, record) {
      const done = await database.transaction().execute(async (transaction) => {
        const updated = await transaction
          .updateTable('proposal')
          .set({ state, decided: sql<Date>`now()`, decided_by: by })
          .where('id', '=', proposal)
          .where('state', '=', state === 'revoked' ? 'accepted' : 'open')
          .returning('id')
          .executeTakeFirst();
        if (updated !== undefined) await record(proposal);
        return updated;
      });
      if (done === undefined) throw await ended(proposal);
      return read(proposal);
    },

    expire: (record) =>
      expireProposals(
        database,
        sql<boolean>`(state = 'open' and expires <= clock_timestamp()) or (state = 'accepted' and grant_expires <= clock_timestamp())`,
        record,
      ),
  };
}
