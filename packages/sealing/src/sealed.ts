import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const version = 1;
const [nonceBytes, tagBytes] = [12, 16];

/** Bytes of a key of AES-256. */
export const keyBytes = 32;

/** A 256-bit key of AES-GCM. */
export type DataKey = Buffer;

export function newDataKey(): DataKey {
  return randomBytes(keyBytes);
}

/**
 * Encrypts with AES-256-GCM: version byte, 96-bit random nonce, ciphertext, tag. `name` says where it lies (a table and
 * row, a file) and is authenticated, so what is moved to another name does not open.
 */
export function seal(key: DataKey, name: string, plain: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(version), sealBare(key, name, plain)]);
}

/** Opens what {@link seal} made. @throws Error for another key, another name, or changed bytes. */
export function unseal(key: DataKey, name: string, sealed: Uint8Array): Buffer {
  if (sealed[0] !== version) throw new Error('sealed in an unknown version');
  return unsealBare(key, name, sealed.subarray(1));
}

/** How many bytes sealing adds, without the version. */
export const sealBytes: number = nonceBytes + tagBytes;

/** What {@link seal} makes, without the version: for what has one of its own. */
export function sealBare(key: DataKey, name: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(name));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

export function unsealBare(key: DataKey, name: string, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(name))
    .setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
}
