import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const hashLength = 32;

/** The root of a tree without leaves: the hash of nothing (RFC 9162, section 2.1.1). */
export const emptyRoot: Uint8Array = hash('sha256', '', 'buffer');

// A leaf and an inner node are hashed with different first bytes, so that neither can be passed off as the other.
const leafPrefix = 0x00;
const nodePrefix = 0x01;

/** Hashes the bytes of a record as a leaf (RFC 9162, section 2.1.1). A string is hashed as UTF-8. */
export function hashLeaf(record: string | Uint8Array): Uint8Array {
  const length = typeof record === 'string' ? Buffer.byteLength(record) : record.length;
  const input = Buffer.allocUnsafe(1 + length);
  input[0] = leafPrefix;
  if (typeof record === 'string') input.write(record, 1);
  else input.set(record, 1);
  return hash('sha256', input, 'buffer');
}

/** Hashes two subtrees into their parent (RFC 9162, section 2.1.1). */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = Buffer.allocUnsafe(1 + 2 * hashLength);
  input[0] = nodePrefix;
  input.set(left, 1);
  input.set(right, 1 + hashLength);
  return hash('sha256', input, 'buffer');
}

/** Whether two hashes, or runs of them, are the same. They are public, so this takes no care to be constant in time. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** Cuts a run of hashes, stored one after the other, into its parts; undefined when the length does not fit. */
export function splitHashes(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  if (bytes.length % hashLength !== 0) return undefined;
  return Array.from({ length: bytes.length / hashLength }, (_, index) =>
    bytes.subarray(index * hashLength, (index + 1) * hashLength),
  );
}
