import { ClawholdError, operatorName } from '@clawhold/spec';
import { type Kysely, sql, type Transaction } from 'kysely';
import { secretDigest } from '../identity/secret.ts';
import type { Database } from '../store/database.ts';

/** Somebody who may answer questions with a token of their own. */
export interface NamedPerson {
  readonly name: string;
  readonly added: string;
}

/** Writes down durably what is about to become true. When it fails, nothing became true. */
type Recording = () => Promise<unknown>;

/** People as rows. Of a token only the digest is kept. */
export interface PersonStore {
  /** @throws ClawholdError `state_person_exists`. */
  add(name: string, token: string, record: Recording): Promise<void>;
  /**
   * Takes the token, the sessions and every agreement to a question that is still open.
   *
   * @throws ClawholdError `state_no_such_person`.
   */
  remove(name: string, record: Recording): Promise<void>;
  list(): Promise<readonly NamedPerson[]>;
  /** Whose token it is. */
  find(token: string): Promise<string | undefined>;
}

export function createPersonStore(database: Kysely<Database>): PersonStore {
  return {
    async add(name, token, record) {
      await database.transaction().execute(async (transaction) => {
        // Whoever was removed and comes back is the same person again.
        const written = await transaction
          .insertInto('person')
          .values({ name, token_digest: secretDigest(token) })
          .onConflict((conflict) =>
            conflict
              .column('name')
              .doUpdateSet({ token_digest: secretDigest(token), added: sql<Date>`now()` })
              .where('person.token_digest', 'is', null),
          )
          .returning('name')
          .executeTakeFirst();
        if (written === undefined)
          throw new ClawholdError('state_person_exists', `There is a person "${name}" already.`, {
            hint: `To give them another token: npx clawhold people remove ${name}, then add them again.`,
          });
        await record();
      });
    },

    async remove(name, record) {
      await database.transaction().execute(async (transaction) => {
        const written = await transaction
          .updateTable('person')
          .set({ token_digest: null })
          .where('name', '=', name)
          .where('token_digest', 'is not', null)
          .returning('name')
          .executeTakeFirst();
        if (written === undefined)
          throw new ClawholdError('state_no_such_person', `There is no person "${name}".`, {
            status: 404,
            hint: 'See who there is with: npx clawhold people',
          });
        await transaction.deleteFrom('sign_in_code').where('person', '=', name).execute();
        await transaction.deleteFrom('console_session').where('person', '=', name).execute();
        await transaction
          .deleteFrom('approval_agreement')
          .where('person', '=', name)
          .where('approval', 'in', (builder) =>
            // Held, so that nobody's answer at this moment counts what is being taken back.
            builder.selectFrom('approval').select('id').where('state', '=', 'pending').forUpdate(),
          )
          .execute();
        await record();
      });
    },

    async list() {
      const rows = await database
        .selectFrom('person')
        .select(['name', 'added'])
        .where('token_digest', 'is not', null)
        .orderBy('name')
        .execute();
      return rows.map(({ name, added }) => ({ name, added: added.toISOString() }));
    },

    async find(token) {
      const row = await database
        .selectFrom('person')
        .select('name')
        .where('token_digest', '=', secretDigest(token))
        .executeTakeFirst();
      return row?.name;
    },
  };
}

/**
 * Holds a person as they are until the transaction ends: whoever is removed meanwhile takes along what they say here.
 *
 * @throws ClawholdError `auth_required` when they were removed after they signed in.
 */
export async function assertStillSomebody(transaction: Transaction<Database>, name: string): Promise<void> {
  if (name === operatorName) return;
  const row = await transaction
    .selectFrom('person')
    .select('name')
    .where('name', '=', name)
    .where('token_digest', 'is not', null)
    .forShare()
    .executeTakeFirst();
  if (row === undefined)
    throw new ClawholdError('auth_required', `${name} may not answer questions any more.`, { status: 401 });
}
