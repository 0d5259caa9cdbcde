import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { ClawholdError } from '@clawhold/spec';

/** The key with which the gateway's api signs tree heads. Nothing else ever holds it. */
export interface SigningKey {
  /** {@link keyId} of the public half. */
  readonly id: string;
  sign(message: Uint8Array): Uint8Array;
}

/** The half that anybody may have, to verify with. */
export interface VerifyingKey {
  readonly id: string;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

/**
 * @param key an Ed25519 private key (RFC 8032).
 * @throws ClawholdError `ledger_key_unusable` for any other kind of key.
 */
export function signingKey(key: KeyObject): SigningKey {
  requireEd25519(key, 'private');
  return { id: keyId(createPublicKey(key)), sign: (message) => sign(null, message, key) };
}

/**
 * @param key an Ed25519 public key (RFC 8032).
 * @throws ClawholdError `ledger_key_unusable` for any other kind of key.
 */
export function verifyingKey(key: KeyObject): VerifyingKey {
  requireEd25519(key, 'public');
  return { id: keyId(key), verify: (message, signature) => verify(null, message, key, signature) };
}

/** `ed25519:` and the first 16 bytes of the SHA-256 of the public key (SPKI, DER), in hex. */
function keyId(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return `ed25519:${hash('sha256', der, 'hex').slice(0, 32)}`;
}

function requireEd25519(key: KeyObject, type: 'private' | 'public'): void {
  if (key.type === type && key.asymmetricKeyType === 'ed25519') return;
  throw new ClawholdError('ledger_key_unusable', `The ledger needs an Ed25519 ${type} key.`, {
    hint: 'Give the key that the gateway generated at its first start.',
  });
}
