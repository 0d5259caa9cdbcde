import { randomBytes } from 'node:crypto';
import {
  type Approval,
  type ApprovalId,
  type CanonicalAction,
  ClawholdError,
  canonicalActionSchema,
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
import type { ContentSeal } from '../sealing/content.ts';
import type { Database } from '../store/database.ts';

/** Approvals as rows. Every change of state is one conditional update, so of two racing answers one wins. */
export interface ApprovalStore {
  /** The one open question of a step: made, or found when it was asked before with the same digest. */
  request(
    action: CanonicalAction,
    digest: string,
    reasons: readonly Reason[],
  ): Promise<{ approval: Approval; isNew: boolean }>;
  /** @throws ClawholdError `state_no_such_approval`. */
  read(approval: ApprovalId): Promise<Approval>;
  list(filter: { readonly pending: boolean; readonly run?: RunId | undefined }): Promise<readonly Approval[]>;
  /** @throws ClawholdError `state_approval_ended`, or `state_digest_mismatch` when another action was shown. */
  decide(approval: ApprovalId, verdict: Verdict): Promise<Approval>;
  /** Makes the one grant. @throws ClawholdError `state_approval_not_usable`. */
  consume(approval: ApprovalId, digest: string): Promise<Grant>;
  /** Ends what was asked too long ago; answers with what it ended. */
  expire(): Promise<readonly Approval[]>;
  /** Ends every open question of a run, or of all runs. */
  void(run: RunId | null): Promise<readonly Approval[]>;
}

export type Verdict =
  | { readonly kind: 'approve'; readonly digest: string; readonly by: string }
  | { readonly kind: 'deny'; readonly by: string };

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
      requested: row.requested.toISOString(),
      expires: row.expires.toISOString(),
      decided: row.decided?.toISOString() ?? null,
      decidedBy: row.decided_by,
    };
  }
  const toApprovals = (rows: readonly Row[]): Promise<Approval[]> => Promise.all(rows.map(toApproval));

  async function row(approval: ApprovalId): Promise<Row> {
    const found = await database.selectFrom('approval').selectAll().where('id', '=', approval).executeTakeFirst();
    if (found === undefined)
      throw new ClawholdError('state_no_such_approval', `There is no approval ${approval}.`, {
        status: 404,
        hint: 'See what is waiting with: npx clawhold approvals',
      });
    return found;
  }

  function openQuestion(
    on: Kysely<Database> | Transaction<Database>,
    run: RunId,
    step: StepId,
  ): Promise<Row | undefined> {
    return on
      .selectFrom('approval')
      .selectAll()
      .where('run', '=', run)
      .where('step', '=', step)
      .where('state', 'in', ['pending', 'approved'])
      .executeTakeFirst();
  }

  const end = (state: 'expired' | 'void') => ({ state, decided: sql<Date>`now()` }) as const;

  return {
    async request(action, digest, reasons) {
      const { run, step } = action;
      const known = await openQuestion(database, run, step);
      if (known !== undefined && known.digest === digest) return { approval: await toApproval(known), isNew: false };
      const id = formatId('approval', randomBytes(idEntropyBytes));
      const sealedAction = await content.sealText(run, `approval/${id}/action`, JSON.stringify(action));
      const sealedReasons = await content.sealText(run, `approval/${id}/reasons`, JSON.stringify(reasons));
      const written = await database.transaction().execute(async (transaction) => {
        // The step asks something else than before: the older question can no longer be answered.
        await transaction
          .updateTable('approval')
          .set(end('void'))
          .where('run', '=', run)
          .where('step', '=', step)
          .where('state', 'in', ['pending', 'approved'])
          .execute();
        return transaction
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
            grant_id: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
      });
      return { approval: await toApproval(written), isNew: true };
    },

    read: async (approval) => toApproval(await row(approval)),

    async list({ pending, run }) {
      let query = database.selectFrom('approval').selectAll().orderBy('requested', 'desc').limit(200);
      if (pending) query = query.where('state', '=', 'pending').where('expires', '>', sql<Date>`now()`);
      if (run !== undefined) query = query.where('run', '=', run);
      return toApprovals(await query.execute());
    },

    async decide(approval, verdict) {
      let update = database
        .updateTable('approval')
        .set({
          state: verdict.kind === 'approve' ? 'approved' : 'denied',
          decided: sql<Date>`now()`,
          decided_by: verdict.by,
        })
        .where('id', '=', approval)
        .where('state', '=', 'pending')
        .where('expires', '>', sql<Date>`now()`);
      if (verdict.kind === 'approve') update = update.where('digest', '=', verdict.digest);
      const written = await update.returningAll().executeTakeFirst();
      if (written !== undefined) return toApproval(written);
      const found = await row(approval);
      if (found.state === 'pending' && verdict.kind === 'approve' && found.digest !== verdict.digest)
        throw new ClawholdError('state_digest_mismatch', 'What you approve is not what is being asked any more.', {
          hint: `Look again: npx clawhold approvals ${approval}`,
        });
      const state = found.state === 'pending' ? 'expired' : found.state;
      throw new ClawholdError('state_approval_ended', `The question ${approval} has already ended (${state}).`);
    },

    async consume(approval, digest) {
      const grant: GrantId = formatId('grant', randomBytes(idEntropyBytes));
      const written = await database
        .updateTable('approval')
        .set({ state: 'consumed', grant_id: grant })
        .where('id', '=', approval)
        .where('state', '=', 'approved')
        .where('digest', '=', digest)
        .where('expires', '>', sql<Date>`now()`)
        .returning('expires')
        .executeTakeFirst();
      if (written === undefined)
        throw new ClawholdError('state_approval_not_usable', `The approval ${approval} cannot be used for this.`);
      return { id: grant, approval, action: digest, expires: written.expires.toISOString() };
    },

    expire: async () =>
      toApprovals(
        await database
          .updateTable('approval')
          .set(end('expired'))
          .where('state', 'in', ['pending', 'approved'])
          .where('expires', '<=', sql<Date>`now()`)
          .returningAll()
          .execute(),
      ),

    async void(run) {
      let update = database.updateTable('approval').set(end('void')).where('state', 'in', ['pending', 'approved']);
      if (run !== null) update = update.where('run', '=', run);
      return toApprovals(await update.returningAll().execute());
    },
  };
}
