import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const hashLength = 32;

/** The root of a tree without leaves: the hash of nothing (RFC 9162, section 2.1.1). */
export const emptyRoot: Uint8Array = hash('sha256', '', 'buffer');

// A leaf and an inner node are hashed with different first bytes, so that neither can be passed off as the other.
const leafPrefix = 0x00;
const leafPrefixText = String.fromCharCode(leafPrefix);
const nodePrefix = 0x01;

/** What an inner node is hashed from, written anew each time; nothing runs between writing and hashing. */
const nodeInput: Uint8Array = Buffer.alloc(1 + 2 * hashLength, nodePrefix);

/** Hashes the bytes of a record as a leaf (RFC 9162, section 2.1.1). A string is hashed as UTF-8. */
export function hashLeaf(record: string | Uint8Array): Uint8Array {
  if (typeof record === 'string') return sha256(leafPrefixText + record);
  const input = Buffer.allocUnsafe(1 + record.length);
  input[0] = leafPrefix;
  input.set(record, 1);
  return sha256(input);
}

/** Hashes two subtrees into their parent (RFC 9162, section 2.1.1). */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + hashLength);
  return sha256(nodeInput);
}

/**
 * By way of a string with one character for each byte: Node gives a hash as a buffer with a block of memory
 * of its own, which takes longer than the hashing.
 */
function sha256(input: string | Uint8Array): Uint8Array {
  return Buffer.from(hash('sha256', input, 'binary'), 'binary');
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
