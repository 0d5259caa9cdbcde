import { type ApprovalId, ClawholdError, type RunId } from '@clawhold/spec';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { assertStillSomebody } from '../people/person-store.ts';
import type { Database } from '../store/database.ts';

/** Which question, of which run. */
export interface ApprovalKey {
  readonly id: ApprovalId;
  readonly run: RunId;
}

/** Writes down durably what is about to become true. When it fails, nothing became true. */
export type Recording<Change> = (change: Change) => Promise<unknown>;

/** One person's yes to the action with this digest. */
export interface Agreement {
  readonly digest: string;
  readonly by: string;
}

/** What an agreement makes of a question: so many have agreed, of so many who must. */
export interface AgreedKey extends ApprovalKey {
  readonly agreed: number;
  readonly needed: number;
}

type Answering = Transaction<Database>;
type Row = Selectable<Database['approval']>;

/**
 * Counts one person's yes, and approves the question when it is the last that is needed.
 *
 * @returns false when the question has ended or is about another action.
 * @throws ClawholdError `state_requester_excluded`, `state_already_agreed`, `auth_required`.
 */
export async function agreeTo(
  transaction: Answering,
  { approval, digest, by }: Agreement & { readonly approval: ApprovalId },
  record: Recording<AgreedKey>,
): Promise<boolean> {
  await assertStillSomebody(transaction, by);
  const open = await lockPending(transaction, approval);
  if (open === undefined || open.digest !== digest) return false;
  if (open.exclude_requester && open.requester === by)
    throw new ClawholdError(
      'state_requester_excluded',
      `${by} started this run, and whoever did is not one of those who may agree to ${approval}.`,
      { hint: 'Somebody else has to look at it; you can still say no.' },
    );
  const inserted = await transaction
    .insertInto('approval_agreement')
    .values({ approval, person: by })
    .onConflict((conflict) => conflict.doNothing())
    .returning('person')
    .executeTakeFirst();
  const agreed = (await agreedTo(transaction, approval)).length;
  if (inserted === undefined)
    throw new ClawholdError(
      'state_already_agreed',
      `${by} has agreed to ${approval} already: ${agreed} of ${open.approvers} people have.`,
      { hint: 'Somebody else has to look at it.' },
    );
  if (agreed >= open.approvers) await settle(transaction, approval, 'approved', by);
  await record({ ...toKey(open), agreed, needed: open.approvers });
  return true;
}

/**
 * One person's no, which ends the question. Whoever started the run may say it too.
 *
 * @returns false when it has ended already.
 * @throws ClawholdError `auth_required`.
 */
export async function denyOf(
  transaction: Answering,
  { approval, by }: { readonly approval: ApprovalId; readonly by: string },
  record: Recording<ApprovalKey>,
): Promise<boolean> {
  await assertStillSomebody(transaction, by);
  const open = await lockPending(transaction, approval);
  if (open === undefined) return false;
  await settle(transaction, approval, 'denied', by);
  await record(toKey(open));
  return true;
}

/** Who agreed so far, in order. */
export async function agreedTo(database: Kysely<Database>, approval: string): Promise<string[]> {
  const rows = await database
    .selectFrom('approval_agreement')
    .select('person')
    .where('approval', '=', approval)
    .orderBy('sequence')
    .execute();
  return rows.map(({ person }) => person);
}

export function toKey({ id, run }: Pick<Row, 'id' | 'run'>): ApprovalKey {
  return { id: id as ApprovalId, run: run as RunId }; // both passed spec's schema when they were written
}

/** A question that can still be answered; held until the transaction ends, so that answers come one after the other. */
function lockPending(transaction: Answering, approval: ApprovalId): Promise<Row | undefined> {
  return transaction
    .selectFrom('approval')
    .selectAll()
    .where('id', '=', approval)
    .where('state', '=', 'pending')
    .where('expires', '>', sql<Date>`clock_timestamp()`)
    .forUpdate()
    .executeTakeFirst();
}

async function settle(
  transaction: Answering,
  approval: ApprovalId,
  state: 'approved' | 'denied',
  by: string,
): Promise<void> {
  await transaction
    .updateTable('approval')
    .set({ state, decided: sql<Date>`now()`, decided_by: by })
    .where('id', '=', approval)
    .execute();
}
