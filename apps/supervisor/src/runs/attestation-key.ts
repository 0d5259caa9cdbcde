import { createPrivateKey, createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { type AttestationClaim, signAttestation } from '@clawhold/approvals';
import { readOrCreateKeyFile } from '@clawhold/sealing';
import { ClawholdError } from '@clawhold/spec';

/** Signs what was measured of sandboxes. Nobody but this supervisor holds it. */
export interface AttestationKey {
  /** SPKI, DER, base64. The gateway is told at each registration, and has it in the ledger. */
  readonly publicKey: string;
  sign(claim: AttestationClaim): string;
}

const seedBytes = 32;

/** What stands before the seed in the PKCS #8 form of an Ed25519 key (RFC 8410, 10.3). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Reads the key, or makes it at the first start. */
export async function openAttestationKey(folder: string): Promise<AttestationKey> {
  const path = join(folder, 'attestation.key');
  const seed = await readOrCreateKeyFile(path, seedBytes).catch((cause: unknown) => {
    throw new ClawholdError('supervisor_attestation_key', `${path} is no key of ${seedBytes} bytes.`, {
      cause,
      hint: 'Remove the file; the next start makes a new one, and says so in the ledger.',
    });
  });
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' });
  return {
    publicKey: createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64'),
    sign: (claim) => signAttestation(claim, key),
  };
}
