import { ClawholdError } from '@clawhold/spec/error';

/** What PostgreSQL (SQLSTATE) and the kernel say when a database cannot be used, and what that means here. */
const refusals: Readonly<Record<string, { readonly says: string; readonly hint: string }>> = {
  '28P01': { says: 'does not accept the password', hint: 'Look at user and password.' },
  '28000': { says: 'does not let this user in', hint: 'Look at its pg_hba.conf.' },
  '3D000': { says: 'has no database of that name', hint: 'Name one that exists, for example postgres.' },
  '42501': { says: 'does not let this user make roles and databases', hint: 'Use one with CREATEROLE and CREATEDB.' },
  ECONNREFUSED: { says: 'is not there', hint: 'Start it, or look at host and port.' },
  ENOENT: { says: 'is not there', hint: 'Start it, or look at the path of its socket.' },
  ENOTFOUND: { says: 'has a host name that nobody knows', hint: 'Look at the host name.' },
  ETIMEDOUT: { says: 'does not answer', hint: 'Look at the network between here and there.' },
};

/**
 * An error of the database as one sentence. Of `DATABASE_URL` nothing is repeated: it holds a password.
 *
 * @param foreign whether it is the database of `DATABASE_URL`, not our own
 */
export function explainDatabase(error: unknown, foreign: boolean): unknown {
  if (!(error instanceof Error) || error instanceof ClawholdError) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (!foreign && code === '28P01')
    return new ClawholdError('state_secret_wrong', 'The file "secret" is not the one this database was made with.', {
      hint: 'Put the right one back from a backup; "clawhold status" says where the home is.',
      cause: error,
    });
  const refusal = refusals[code];
  if (!foreign || refusal === undefined) return error;
  return new ClawholdError('database_refused', `The database of DATABASE_URL ${refusal.says}.`, {
    hint: `${refusal.hint} Without DATABASE_URL Clawhold uses a database of its own.`,
    cause: error,
  });
}
