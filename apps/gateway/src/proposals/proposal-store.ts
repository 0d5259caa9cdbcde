import { randomBytes } from 'node:crypto';
import { grantCounter } from '@clawhold/policy';
import {
  ClawholdError,
  formatId,
  type GrantRule,
  type GrantsInForce,
  idEntropyBytes,
  limits,
  networkPolicySchema,
  type Opening,
  type Proposal,
  type ProposalId,
  type ProposalKind,
  type RunId,
} from '@clawhold/spec';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Recording } from '../approvals/answers.ts';
import type { ContentSeal } from '../sealing/content.ts';
import type { Database } from '../store/database.ts';
import { type ProposalRow, toProposal, whyPlace } from './proposal-row.ts';

/** A rule with all that is known of it. */
export interface ProposedRule {
  readonly kind: ProposalKind;
  readonly agent: string;
  readonly policy: Proposal['policy'];
  readonly digest: string;
  readonly tried: readonly string[];
  readonly count: number;
  readonly runs: readonly RunId[];
}

/** What granting it opens, by example, and what the examples may not cover. */
export interface Opened {
  readonly opens: readonly Opening[];
  readonly limits: readonly string[];
}

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
   * The open proposal of a group: made, or brought up to date. Undefined when people said no to this group lately.
   *
   * @param opened undefined when the rule is that of the open proposal.
   * @param record writes down a rule that is new, or has another digest than before.
   */
  gathered(
    key: string,
    rule: ProposedRule,
    opened: Opened | undefined,
    record: Recording<ProposalId>,
  ): Promise<Proposal | undefined>;
  /** The digest of the open proposal of a group. */
  openDigest(key: string): Promise<string | undefined>;
  /** Ends the open proposal of a group: nothing needs it any more. */
  endGroup(key: string, record: Recording<readonly ProposalId[]>): Promise<readonly ProposalId[]>;
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
  list(filter: { readonly open: boolean }): Promise<readonly Proposal[]>;
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
  /** What is granted at this moment, with a number that is larger each time. */
  inForce(): Promise<GrantsInForce>;
}

const listed = 200;

export function createProposalStore(database: Kysely<Database>, content: ContentSeal): ProposalStore {
  const rows = (from: Kysely<Database> | Transaction<Database>) =>
    from
      .selectFrom('proposal')
      .selectAll('proposal')
      .select(
        sql<number | null>`(select spent from counter where counter = ${grantCounter('')} || proposal.id)`.as('spent'),
      );
  const shown = (found: readonly ProposalRow[]): Promise<Proposal[]> =>
    Promise.all(found.map((row) => toProposal(row, content)));

  async function read(proposal: ProposalId): Promise<Proposal> {
    const row = await rows(database).where('proposal.id', '=', proposal).executeTakeFirst();
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

    async gathered(key, rule, opened, record) {
      const proposal = await database.transaction().execute(async (transaction) => {
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
          await transaction
            .updateTable('proposal')
            .set({ ...columns(rule), ...exampleColumns(opened), latest: sql<Date>`now()`, expires: answerBy })
            .where('id', '=', known)
            .execute();
          if (open.digest !== rule.digest) await record(known);
          return known;
        }
        const refused = await transaction
          .selectFrom('proposal')
          .select('id')
          .where('group_key', '=', key)
          .where('state', 'in', ['dismissed', 'revoked'])
          .where('decided', '>', sql<Date>`now() - make_interval(secs => ${limits.proposalSeconds})`)
          .executeTakeFirst();
        if (refused !== undefined || opened === undefined) return undefined;
        const made = newId();
        await transaction
          .insertInto('proposal')
          .values({ ...fresh(made, rule, opened), group_key: key })
          .execute();
        await record(made);
        return made;
      });
      return proposal === undefined ? undefined : read(proposal);
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

    endGroup: (key, record) => expireWhere(database, sql<boolean>`state = 'open' and group_key = ${key}`, record),

    async asked(rule, opened, run, why, record) {
      const made = newId();
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
          .values({ ...fresh(made, rule, opened), run, why: sealed })
          .execute();
        await record(made);
        return made;
      });
      return { proposal: await read(found), isNew: found === made };
    },

    async list({ open }) {
      let query = rows(database).orderBy('proposal.latest', 'desc').limit(listed);
      if (open) query = query.where('proposal.state', '=', 'open').where('proposal.expires', '>', sql<Date>`now()`);
      return shown(await query.execute());
    },

    listOf: async (run) =>
      shown(await rows(database).where('proposal.run', '=', run).orderBy('proposal.made', 'desc').execute()),

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
        const row = await rows(transaction).where('proposal.id', '=', proposal).executeTakeFirstOrThrow();
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
      expireWhere(
        database,
        sql<boolean>`(state = 'open' and expires <= clock_timestamp()) or (state = 'accepted' and grant_expires <= clock_timestamp())`,
        record,
      ),

    async inForce() {
      // The number first: what was decided before a larger one was drawn is in its list.
      const { rows: drawn } = await sql<{ revision: string }>`select nextval('grant_revision') as revision`.execute(
        database,
      );
      const found = await rows(database)
        .where('proposal.state', '=', 'accepted')
        .where('proposal.grant_expires', '>', sql<Date>`now()`)
        .orderBy('proposal.decided')
        .execute();
      return { revision: Number(drawn[0]?.revision), rules: found.flatMap(toRule) };
    },
  };
}

const answerBy = sql<Date>`now() + make_interval(secs => ${limits.proposalSeconds})`;

const newId = (): ProposalId => formatId('proposal', randomBytes(idEntropyBytes));

function columns(rule: ProposedRule) {
  return {
    policy: JSON.stringify(rule.policy),
    digest: rule.digest,
    tried: JSON.stringify(rule.tried),
    count: rule.count,
    runs: JSON.stringify(rule.runs),
  };
}

function exampleColumns(opened: Opened | undefined) {
  return opened === undefined ? {} : { opens: JSON.stringify(opened.opens), bounds: JSON.stringify(opened.limits) };
}

function fresh(proposal: ProposalId, rule: ProposedRule, { opens, limits: bounds }: Opened) {
  const { kind, agent } = rule;
  return {
    id: proposal,
    kind,
    agent,
    state: 'open' as const,
    expires: answerBy,
    ...columns(rule),
    opens: JSON.stringify(opens),
    bounds: JSON.stringify(bounds),
  };
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

function expireWhere(
  database: Kysely<Database>,
  which: ReturnType<typeof sql<boolean>>,
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
