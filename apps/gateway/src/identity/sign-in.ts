import { ClawholdError, limits } from '@clawhold/spec';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../store/database.ts';
import { newSecret, secretDigest } from './secret.ts';

/** What a browser holds after it signed in: an HttpOnly cookie and a header secret that only its page knows. */
export interface ConsoleSession {
  readonly cookie: string;
  readonly secret: string;
}

/** Signs browsers in: a single-use code goes in, a session comes out. */
export interface SignIn {
  /** A code for `#code=…` in a URL; works once, for `limits.signInCodeSeconds`, and signs this person in. */
  newCode(person: string): Promise<string>;
  /** @throws ClawholdError `auth_code_invalid` when it is unknown, used or too old. */
  exchange(code: string): Promise<{ readonly session: ConsoleSession; readonly person: string }>;
  /** Whose it is when cookie and header secret belong together and are in use; prolongs the session. */
  check(session: ConsoleSession): Promise<string | undefined>;
  end(cookie: string): Promise<void>;
}

const idle = sql<Date>`now() - make_interval(secs => ${limits.consoleSessionSeconds})`;

export function createSignIn(database: Kysely<Database>): SignIn {
  return {
    async newCode(person) {
      const code = newSecret();
      await database.deleteFrom('sign_in_code').where('expires', '<', sql<Date>`now()`).execute();
      await database
        .insertInto('sign_in_code')
        .values({
          digest: secretDigest(code),
          person,
          expires: sql<Date>`now() + make_interval(secs => ${limits.signInCodeSeconds})`,
        })
        .execute();
      return code;
    },

    async exchange(code) {
      // Deleting it is using it: of two requests with the same code one finds nothing.
      const used = await database
        .deleteFrom('sign_in_code')
        .where('digest', '=', secretDigest(code))
        .where('expires', '>=', sql<Date>`now()`)
        .returning('person')
        .executeTakeFirst();
      if (used === undefined)
        throw new ClawholdError('auth_code_invalid', 'This sign-in link was used already or is too old.', {
          status: 401,
          hint: 'Get a new one with: npx clawhold console',
        });
      const session = { cookie: newSecret(), secret: newSecret() };
      await database.deleteFrom('console_session').where('last_used', '<', idle).execute();
      await database
        .insertInto('console_session')
        .values({
          cookie_digest: secretDigest(session.cookie),
          secret_digest: secretDigest(session.secret),
          person: used.person,
        })
        .execute();
      return { session, person: used.person };
    },

    async check({ cookie, secret }) {
      const row = await database
        .updateTable('console_session')
        .set({ last_used: sql<Date>`now()` })
        .where('cookie_digest', '=', secretDigest(cookie))
        .where('secret_digest', '=', secretDigest(secret))
        .where('last_used', '>=', idle)
        .returning('person')
        .executeTakeFirst();
      return row?.person;
    },

    async end(cookie) {
      await database.deleteFrom('console_session').where('cookie_digest', '=', secretDigest(cookie)).execute();
    },
  };
}
