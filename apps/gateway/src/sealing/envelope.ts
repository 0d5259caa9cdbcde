import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ClawholdError } from '@clawhold/spec';

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** A 256-bit key of AES-GCM. */
export type DataKey = Buffer;

export function newDataKey(): DataKey {
  return randomBytes(32);
}

/**
 * Encrypts with AES-256-GCM: version byte, 96-bit random nonce, ciphertext, tag. `place` (table and row) is
 * authenticated, so a ciphertext that is moved to another row does not open.
 */
export function seal(key: DataKey, place: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  return Buffer.concat([Buffer.of(version), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/**
 * Opens what {@link seal} made.
 *
 * @throws ClawholdError `gateway_sealed_content_damaged`: another key, another place, or changed bytes.
 */
export function unseal(key: DataKey, place: string, sealed: Uint8Array): Buffer {
  try {
    const bytes = Buffer.from(sealed);
    if (bytes[0] !== version) throw new Error('unknown version');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + nonceBytes)).setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(1 + nonceBytes, bytes.length - tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new ClawholdError('gateway_sealed_content_damaged', `The stored content of ${place} cannot be opened.`, {
      cause,
      hint: 'The key-encryption key changed or the row was altered; "clawhold audit verify" tells whether the ledger is intact.',
    });
  }
}
