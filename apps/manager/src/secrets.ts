import { createHash, createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ClawholdError } from '@clawhold/spec/error';
import { readOrCreateSecret } from './home.ts';

/** What the manager keeps for an installation, in 0600 files of its home. */
export interface InstallationSecrets {
  /** Password of a database role: derived, so that one file holds all of them. */
  password(role: string): string;
  /** SHA-256 of the operator's token, hexadecimal. The token is in the file `token`. */
  readonly tokenDigest: string;
}

/**
 * @param database the folder of the embedded database, whose passwords are made from `secret`
 * @throws ClawholdError `state_secret_lost` when there is a database and no `secret`: a new one would open nothing.
 */
export function readSecrets(home: string, database: string): InstallationSecrets {
  const path = join(home, 'secret');
  if (!existsSync(path) && existsSync(join(database, 'cluster')))
    throw new ClawholdError('state_secret_lost', `The file ${path} is gone, and nothing else opens the database.`, {
      hint: `Put it back from a backup. To begin anew without what was recorded, move ${home} away and start again.`,
    });
  const root = readOrCreateSecret(path);
  const token = readOrCreateSecret(join(home, 'token'));
  return {
    password: (role) => createHmac('sha256', root).update(`database role ${role}`).digest('base64url'),
    tokenDigest: createHash('sha256').update(token).digest('hex'),
  };
}
