import { createHash, createHmac } from 'node:crypto';
import { join } from 'node:path';
import { readOrCreateSecret } from './home.ts';

/** What the manager keeps for an installation, in 0600 files of its home. */
export interface InstallationSecrets {
  /** Password of a database role: derived, so that one file holds all of them. */
  password(role: string): string;
  /** SHA-256 of the operator's token, hexadecimal. The token is in the file `token`. */
  readonly tokenDigest: string;
}

export function readSecrets(home: string): InstallationSecrets {
  const root = readOrCreateSecret(join(home, 'secret'));
  const token = readOrCreateSecret(join(home, 'token'));
  return {
    password: (role) => createHmac('sha256', root).update(`database role ${role}`).digest('base64url'),
    tokenDigest: createHash('sha256').update(token).digest('hex'),
  };
}
