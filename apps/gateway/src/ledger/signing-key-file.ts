import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type SigningKey, signingKey, type VerifyingKey, verifyingKey } from '@clawhold/ledger';
import { placeFile } from '@clawhold/sealing';
import { ClawholdError } from '@clawhold/spec';

/** The key pair of a ledger. The private half never leaves the process that opened it. */
export interface LedgerKey {
  readonly signing: SigningKey;
  readonly verifying: VerifyingKey;
  /** For auditors: SPKI, PEM. */
  readonly publicKeyPem: string;
}

/**
 * Reads the signing key of the ledger from its 0600 file (PKCS #8, PEM), making it at the first start. The file appears
 * whole or not at all.
 *
 * @param folder the api's own folder; nobody else may enter it.
 * @throws ClawholdError `ledger_key_unusable` when the file is damaged, holds another kind of key or is open to others.
 */
export async function openLedgerKey(folder: string): Promise<LedgerKey> {
  const path = join(folder, 'ledger-signing-key.pem');
  const key = (await readKey(path)) ?? (await makeKey(path));
  const publicKey = createPublicKey(key);
  return {
    signing: signingKey(key),
    verifying: verifyingKey(publicKey),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

async function readKey(path: string): Promise<KeyObject | undefined> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) throw unusable(path, 'is open to other accounts');
    return createPrivateKey(await readFile(path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error instanceof ClawholdError ? error : unusable(path, 'is damaged or cannot be read', error);
  }
}

async function makeKey(path: string): Promise<KeyObject> {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  await placeFile(path, pem);
  return createPrivateKey(await readFile(path));
}

function unusable(path: string, why: string, cause?: unknown): ClawholdError {
  return new ClawholdError('ledger_key_unusable', `The ledger's signing key ${path} ${why}.`, {
    cause,
    hint: 'Restore it from a backup with mode 0600; a new key cannot continue the ledger that the old one signed.',
  });
}
