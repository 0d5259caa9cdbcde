import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const [keyBytes, nonceBytes, tagBytes] = [32, 12, 16];
const version = 1;
const wrappedBytes = nonceBytes + keyBytes + tagBytes;

/**
 * Seals with a data key of its own, AES-256-GCM, and that one with the key-encryption key: version byte, wrapped data key,
 * sealed content. The name is authenticated in both, so what is moved to another name does not open.
 */
export function sealEnvelope(key: Buffer, name: string, plain: Buffer): Buffer {
  const dataKey = randomBytes(keyBytes);
  try {
    return Buffer.concat([Buffer.of(version), seal(key, name, dataKey), seal(dataKey, name, plain)]);
  } finally {
    dataKey.fill(0);
  }
}

/** @throws Error for another key, another name, or changed bytes. */
export function openEnvelope(key: Buffer, name: string, sealed: Buffer): Buffer {
  if (sealed[0] !== version) throw new Error('an envelope of an unknown version');
  const dataKey = open(key, name, sealed.subarray(1, 1 + wrappedBytes));
  try {
    return open(dataKey, name, sealed.subarray(1 + wrappedBytes));
  } finally {
    dataKey.fill(0);
  }
}

function seal(key: Buffer, name: string, plain: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(name));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Buffer, name: string, sealed: Buffer): Buffer {
  const body = sealed.subarray(nonceBytes, -tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(name))
    .setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([decipher.update(body), decipher.final()]);
}
