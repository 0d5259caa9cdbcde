import { randomBytes } from 'node:crypto';
import {
  type Approval,
  type ApprovalId,
  type Approvers,
  type CanonicalAction,
  ClawholdError,
  canonicalActionSchema,
  endedRunStates,
  formatId,
  type Grant,
  type GrantId,
  idEntropyBytes,
  type Reason,
  type RunId,
  reasonSchema,
  type StepId,
} from '@clawhold/spec';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { z } from 'zod';
import { lockOpenRun } from '../runs/lock-open-run.ts';
import type { ContentSeal } from '../sealing/content.ts';
import type { Database } from '../store/database.ts';
import {
  type AgreedKey,
  type Agreement,
  type ApprovalKey,
  agreedTo,
  agreeTo,
  denyOf,
  type Recording,
  toKey,
} from './answers.ts';

/** A question that was put, and the older ones of its step that nobody can answer any more. */
export interface NewQuestion {
  readonly asked: ApprovalKey;
  readonly voided: readonly ApprovalKey[];
}

/** Approvals as rows. Every change of state is one conditional update, so of two racing answers one wins. */
export interface ApprovalStore {
  /**
   * The one open question of a step: made, or found when it was asked before with the same digest.
   *
   * @throws ClawholdError `state_no_such_run`, `state_run_ended`: nobody asks for a run that is over.
   */
  request(
    action: CanonicalAction,
    digest: string,
    why: { readonly reasons: readonly Reason[]; readonly approvers: Approvers },
    record: Recording<NewQuestion>,
  ): Promise<{ approval: Approval; isNew: boolean; voided: readonly ApprovalKey[] }>;
  /** @throws ClawholdError `state_no_such_approval`. */
  read(approval: ApprovalId): Promise<Approval>;
  list(filter: { readonly pending: boolean; readonly run?: RunId | undefined }): Promise<readonly Approval[]>;
  /**
   * One person's yes. The question is approved when as many people have agreed as must.
   *
   * @throws ClawholdError `state_approval_ended`; `state_digest_mismatch` when another action was shown;
   *   `state_requester_excluded`, `state_already_agreed` when theirs does not count (again); `auth_required` when they are
   *   no longer anybody.
   */
  agree(approval: ApprovalId, verdict: Agreement, record: Recording<AgreedKey>): Promise<Approval>;
  /** One person's no ends it. @throws ClawholdError `state_approval_ended`. */
  deny(approval: ApprovalId, by: string, record: Recording<ApprovalKey>): Promise<Approval>;
  /** Makes the one grant. @throws ClawholdError `state_approval_not_usable`. */
  consume(approval: ApprovalId, digest: string): Promise<Grant>;
  /** Ends what was asked too long ago; answers with what it ended. */
  expire(record: Recording<readonly ApprovalKey[]>): Promise<readonly ApprovalKey[]>;
  /** Ends the open questions of runs that have ended: a process died in between. */
  voidLeft(record: Recording<readonly ApprovalKey[]>): Promise<readonly ApprovalKey[]>;
  /** Ends every open question of a run, or of all runs. */
  void(run: RunId | null, record: Recording<readonly ApprovalKey[]>): Promise<readonly ApprovalKey[]>;
}

type Row = Selectable<Database['approval']>;

export function createApprovalStore(database: Kysely<Database>, content: ContentSeal): ApprovalStore {
  async function toApproval(row: Row): Promise<Approval> {
    const run = row.run as RunId; // ids in the table passed spec's schema when they were written
    const action = await content.openText(run, `approval/${row.id}/action`, row.action);
    const reasons = await content.openText(run, `approval/${row.id}/reasons`, row.reasons);
    return {
      id: row.id as ApprovalId,
      run,
      step: row.step as StepId,
      state: row.state,
      action: canonicalActionSchema.parse(JSON.parse(action)),
      digest: row.digest,
      reasons: z.array(reasonSchema).parse(JSON.parse(reasons)),
      approvers: { count: row.approvers, excludeRequester: row.exclude_requester },
      requester: row.requester,
      agreed: await agreedTo(database, row.id),
      requested: row.requested.toISOString(),
      expires: row.expires.toISOString(),
      decided: row.decided?.toISOString() ?? null,
      decidedBy: row.decided_by,
    };
  }
  const toApprovals = (rows: readonly Row[]): Promise<Approval[]> => Promise.all(rows.map(toApproval));

  async function readRow(approval: ApprovalId): Promise<Row> {
    const found = await database.selectFrom('approval').selectAll().where('id', '=', approval).executeTakeFirst();
    if (found === undefined)
      throw new ClawholdError('state_no_such_approval', `There is no approval ${approval}.`, {
        status: 404,
        hint: 'See what is waiting with: npx clawhold approvals',
      });
    return found;
  }

  /** Ends open questions; commits it when it is recorded. */
  function end(
    state: 'expired' | 'void',
    which: (rows: OpenQuestions) => OpenQuestions,
    record: Recording<readonly ApprovalKey[]>,
  ): Promise<readonly ApprovalKey[]> {
    return database.transaction().execute(async (transaction) => {
      const ended = await which(endOpen(transaction, state)).execute();
      const keys = ended.map(toKey);
      if (keys.length > 0) await record(keys);
      return keys;
    });
  }

  return {
    async request(action, digest, { reasons, approvers }, record) {
      const { run, step } = action;
      const id = formatId('approval', randomBytes(idEntropyBytes));
      const sealedAction = await content.sealText(run, `approval/${id}/action`, JSON.stringify(action));
      const sealedReasons = await content.sealText(run, `approval/${id}/reasons`, JSON.stringify(reasons));
      const {
        row: found,
        isNew,
        voided,
      } = await database.transaction().execute(async (transaction) => {
        const { requester } = await lockOpenRun(transaction, run);
        const known = await transaction
          .selectFrom('approval')
          .selectAll()
          .where('run', '=', run)
          .where('step', '=', step)
          .where('state', 'in', ['pending', 'approved'])
          .where('digest', '=', digest)
          .executeTakeFirst();
        if (known !== undefined) return { row: known, isNew: false, voided: [] };
        // The step asks something else than before: the older question can no longer be answered.
        const older = await endOpen(transaction, 'void').where('run', '=', run).where('step', '=', step).execute();
        const written = await transaction
          .insertInto('approval')
          .values({
            id,
            run,
            step,
            state: 'pending',
            action: sealedAction,
            digest,
            reasons: sealedReasons,
            expires: action.expires,
            decided: null,
            decided_by: null,
            approvers: approvers.count,
            exclude_requester: approvers.excludeRequester,
            requester,
            grant_id: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        const change = { asked: toKey(written), voided: older.map(toKey) };
        await record(change);
        return { row: written, isNew: true, voided: change.voided };
      });
      return { approval: await toApproval(found), isNew, voided };
    },

    read: async (approval) => toApproval(await readRow(approval)),

    async list({ pending, run }) {
      let query = database.selectFrom('approval').selectAll().orderBy('requested', 'desc').limit(200);
      if (pending) query = query.where('state', '=', 'pending').where('expires', '>', sql<Date>`now()`);
      if (run !== undefined) query = query.where('run', '=', run);
      return toApprovals(await query.execute());
    },

    async agree(approval, agreement, record) {
      const counted = await database
        .transaction()
        .execute((transaction) => agreeTo(transaction, { approval, ...agreement }, record));
      const found = await readRow(approval);
      if (counted) return toApproval(found);
      if (found.state === 'pending' && found.digest !== agreement.digest)
        throw new ClawholdError('state_digest_mismatch', 'What you approve is not what is being asked any more.', {
          hint: `Look again: npx clawhold approvals ${approval}`,
        });
      throw alreadyEnded(found);
    },

    async deny(approval, by, record) {
      const counted = await database
        .transaction()
        .execute((transaction) => denyOf(transaction, { approval, by }, record));
      const found = await readRow(approval);
      if (!counted) throw alreadyEnded(found);
      return toApproval(found);
    },

    async consume(approval, digest) {
      const grant: GrantId = formatId('grant', randomBytes(idEntropyBytes));
      const written = await database
        .updateTable('approval')
        .set({ state: 'consumed', grant_id: grant })
        .where('id', '=', approval)
        .where('state', '=', 'approved')
        .where('digest', '=', digest)
        .where('expires', '>', sql<Date>`clock_timestamp()`)
        .returning(['expires', 'approvers', 'exclude_requester'])
        .executeTakeFirst();
      if (written === undefined)
        throw new ClawholdError('state_approval_not_usable', `The approval ${approval} cannot be used for this.`);
      const approvers = { count: written.approvers, excludeRequester: written.exclude_requester };
      return { id: grant, approval, action: digest, expires: written.expires.toISOString(), approvers };
    },

    expire: (record) => end('expired', (rows) => rows.where('expires', '<=', sql<Date>`clock_timestamp()`), record),

    voidLeft: (record) =>
      end(
        'void',
        (rows) =>
          rows.where('run', 'in', (builder) =>
            builder
              .selectFrom('run')
              .select('id')
              .where('state', 'in', [...endedRunStates]),
          ),
        record,
      ),

    void: (run, record) => end('void', (rows) => (run === null ? rows : rows.where('run', '=', run)), record),
  };
}

function alreadyEnded({ id, state }: Row): ClawholdError {
  const how = state === 'pending' ? 'expired' : state;
  return new ClawholdError('state_approval_ended', `The question ${id} has already ended (${how}).`);
}

type OpenQuestions = ReturnType<typeof endOpen>;

function endOpen(transaction: Transaction<Database>, state: 'expired' | 'void') {
  return transaction
    .updateTable('approval')
    .set({ state, decided: sql<Date>`now()` })
    .where('state', 'in', ['pending', 'approved'])
    .returning(['id', 'run']);
}
