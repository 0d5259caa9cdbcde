import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { ClawholdError } from '@clawhold/spec';
import { canonicalJson } from './canonical-json.ts';

/** What a supervisor answers for with its signature. */
export interface AttestationClaim {
  readonly run: string;
  readonly sandbox: string;
  readonly attestation: Readonly<Record<string, unknown>>;
}

/**
 * @param key an Ed25519 private key (RFC 8032).
 * @returns base64.
 * @throws ClawholdError `sandbox_attestation` for what has no canonical JSON.
 */
export function signAttestation(claim: AttestationClaim, key: KeyObject): string {
  return sign(null, claimBytes(claim), key).toString('base64');
}

/** Whether the holder of a public key (SPKI, DER, base64) signed exactly this. */
export function isAttestationSigned(claim: AttestationClaim, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return (
      key.asymmetricKeyType === 'ed25519' && verify(null, claimBytes(claim), key, Buffer.from(signature, 'base64'))
    );
  } catch {
    return false; // no key, or nothing that could have been signed
  }
}

function claimBytes({ run, sandbox, attestation }: AttestationClaim): Buffer {
  const written = canonicalJson({ run, sandbox, attestation });
  if (written.kind === 'ok') return Buffer.from(written.text);
  throw new ClawholdError('sandbox_attestation', `The attestation cannot be signed: ${written.reason}`);
}
