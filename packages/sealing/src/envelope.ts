import { type DataKey, keyBytes, newDataKey, sealBare, sealBytes, unsealBare } from './sealed.ts';

const version = 1;
const wrappedBytes = keyBytes + sealBytes;

/**
 * Seals with a data key of its own, and that one with the key-encryption key: version byte, wrapped data key, sealed
 * content. The name is authenticated in both.
 */
export function sealEnvelope(key: DataKey, name: string, plain: Uint8Array): Buffer {
  const dataKey = newDataKey();
  try {
    return Buffer.concat([Buffer.of(version), sealBare(key, name, dataKey), sealBare(dataKey, name, plain)]);
  } finally {
    dataKey.fill(0);
  }
}

/** Opens what {@link sealEnvelope} made. @throws Error for another key, another name, or changed bytes. */
export function openEnvelope(key: DataKey, name: string, sealed: Uint8Array): Buffer {
  if (sealed[0] !== version) throw new Error('an envelope of an unknown version');
  const dataKey = unsealBare(key, name, sealed.subarray(1, 1 + wrappedBytes));
  try {
    return unsealBare(dataKey, name, sealed.subarray(1 + wrappedBytes));
  } finally {
    dataKey.fill(0);
  }
}
