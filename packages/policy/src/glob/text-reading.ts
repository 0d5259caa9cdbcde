/** No pattern is longer, and so no prefix of one. */
export const longestPrefix = 1_024;

const [plain, dot, slash] = [1, 2, 3];

/** What a character means in a path in normal form; 0: it does not stand in one, or not without a closer look. */
const meanings = new Uint8Array(128);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~!$&'()*+,=:@")
  meanings[character.charCodeAt(0)] = plain;
meanings[0x2e] = dot;
meanings[0x2f] = slash;

const offsetBasis = 0x811c9dc5 | 0;
const prime = 0x01000193;
const lengthBits = 11;

// The text that was asked about last: one question is held against many patterns in a row.
let text = '';
let isPath = false;
/** Of its beginnings, as far as a pattern can have them. */
const hashes = new Int32Array(longestPrefix + 1).fill(offsetBasis);

/**
 * A number that two texts share when their first `length` characters are the same, and else nearly never: 21 bits of
 * FNV-1a over UTF-16 units, and the length itself. It says where to look; what is found there is compared.
 *
 * @param length at most {@link longestPrefix}, and no more than the text has.
 */
export function prefixHash(of: string, length: number): number {
  if (of !== text) read(of);
  return ((hashes[length] ?? 0) << lengthBits) | length;
}

/** The length that is part of a {@link prefixHash}. */
export function hashedLength(hash: number): number {
  return hash & ((1 << lengthBits) - 1);
}

/**
 * Whether a path is normal at first sight: segments of characters that need no encoding, of which none begins with a dot
 * and none but the last is empty. All others are for `normalisePath` to look at.
 */
export function isPlainPath(path: string): boolean {
  if (path !== text) read(path);
  return isPath;
}

/** Reads it once for both, because every decision needs both. */
function read(of: string): void {
  text = of;
  isPath = of.startsWith('/');
  let hash = offsetBasis;
  let before = plain;
  for (let at = 0; at < of.length; at++) {
    const code = of.charCodeAt(at);
    const meaning = meanings[code] ?? 0;
    if (meaning === 0 || (meaning !== plain && before === slash)) isPath = false;
    before = meaning;
    hash = Math.imul(hash ^ code, prime);
    hashes[at + 1] = hash;
  }
}
