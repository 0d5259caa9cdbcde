const [letter, digit, hyphen, dot] = [1, 2, 3, 4];

/** What a character means in a name in normal form; 0: it does not stand in one. */
const meanings = new Uint8Array(128);
for (const character of 'abcdefghijklmnopqrstuvwxyz') meanings[character.charCodeAt(0)] = letter;
for (const character of '0123456789_') meanings[character.charCodeAt(0)] = digit;
meanings[0x2d] = hyphen;
meanings[0x2e] = dot;

const longestHost = 253;
const longestLabel = 63;
const offsetBasis = 0x811c9dc5 | 0;
const prime = 0x01000193;

// The host that was asked about last: a decision asks about one several times.
let text = '';
let plain = false;
let hash = offsetBasis;
let dots = 0;
/** At `n` the hash of the last `n` labels, for as many labels as a host can have. */
const tails = new Int32Array(Math.ceil(longestHost / 2) + 1);

/**
 * Whether a host is a name in normal form at first sight: labels of `a-z`, `0-9`, `_` and single inner `-`, the last of
 * which begins with a letter and so is no number. Names with `--`, as Punycode has it, are not looked at here.
 */
export function isPlainName(host: string): boolean {
  if (host !== text) read(host);
  return plain;
}

/** A number that equal hosts share, and others nearly never: 32 bits of FNV-1a. What is found by it is compared. */
export function hostHash(host: string): number {
  if (host !== text) read(host);
  return hash;
}

/** The {@link hostHash} of the last labels of a host; undefined when it has no more than those. */
export function tailHash(host: string, labels: number): number | undefined {
  if (host !== text) read(host);
  return labels <= dots ? tails[labels] : undefined;
}

/** Reads it once, from its end, where its tails begin. Every decision does, so it is done without regular expressions. */
function read(host: string): void {
  text = host;
  plain = host.length <= longestHost;
  hash = offsetBasis;
  dots = 0;
  let end = host.length;
  // What stands behind the character that is looked at; the end is as good as a dot.
  let next = dot;
  for (let at = host.length - 1; at >= 0; at--) {
    const code = host.charCodeAt(at);
    const meaning = meanings[code] ?? 0;
    // A label is not empty, neither begins nor ends with a hyphen, and has no two of them in a row.
    if (meaning === 0 || (meaning >= hyphen && next >= hyphen)) plain = false;
    if (meaning === dot) {
      if (end - at - 1 > longestLabel || (dots === 0 && next !== letter)) plain = false;
      tails[++dots] = hash;
      end = at;
    }
    hash = Math.imul(hash ^ code, prime);
    next = meaning;
  }
  if (next >= hyphen || end > longestLabel || (dots === 0 && next !== letter)) plain = false;
}
