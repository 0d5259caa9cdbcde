/** No pattern is longer, and so no prefix of one. */
export const longestPrefix = 1_024;

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;
const lengthBits = 11;

// The beginnings of the text that was asked about last: one question is held against many patterns in a row.
let text = '';
let known = 0;
const hashes = new Int32Array(longestPrefix + 1).fill(offsetBasis);

/**
 * A number that two texts share when their first `length` characters are the same, and else nearly never: 21 bits of
 * FNV-1a over UTF-16 units, and the length itself. It says where to look; what is found there is compared.
 *
 * @param length at most {@link longestPrefix}, and no more than the text has.
 */
export function prefixHash(of: string, length: number): number {
  if (of !== text) {
    text = of;
    known = 0;
  }
  for (; known < length; known++) hashes[known + 1] = Math.imul((hashes[known] ?? 0) ^ text.charCodeAt(known), prime);
  return ((hashes[length] ?? 0) << lengthBits) | length;
}

/** The length that is part of a {@link prefixHash}. */
export function hashedLength(hash: number): number {
  return hash & ((1 << lengthBits) - 1);
}
