import type { Found } from '../detector.ts';
import { hasCheckDigit, ibanLength, isCardNumber, restWith } from './check-digits.ts';

/**
 * Recognises payment cards, bank accounts and e-mail addresses: what can be checked by itself. Names, postal addresses and
 * phone numbers cannot be told from other text, and are not found.
 */
export function findPersonal(text: string): readonly Found[] {
  const found: Found[] = [];
  for (beginnings.lastIndex = 0; beginnings.test(text); ) {
    const index = beginnings.lastIndex - 4;
    if (isIn(digits, text, index)) findCards(text, index, found);
    else findAccounts(text, index, found);
  }
  findAddresses(text, found);
  return found;
}

/** Four digits of a card, or the country of an account with two digits; not within a word. */
const beginnings = /(?<![A-Za-z0-9])(?:\d{4}|[A-Z]{2}\d{2})/g;

const [space, hyphen] = [0x20, 0x2d];
const decimals = '0123456789';
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const digits = classOf(decimals);
const accountLetters = classOf(decimals + capitals);
const wordLetters = classOf(decimals + capitals + capitals.toLowerCase());
const addressLetters = classOf(`${decimals}${capitals}${capitals.toLowerCase()}._%+@-`);

function classOf(characters: string): Uint8Array {
  const members = new Uint8Array(256);
  for (const character of characters) members[character.charCodeAt(0)] = 1;
  return members;
}

/** False before the text and behind it. */
function isIn(members: Uint8Array, text: string, at: number): boolean {
  return members[text.charCodeAt(at)] === 1;
}

function isGap(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === space || code === hyphen;
}

/** How many digits stand together where a card number is written in groups, as one number. */
const cards: ReadonlySet<number> = new Set(
  [[4, 4, 4, 4], [4, 4, 4, 4, 3], [4, 6, 5], [4, 6, 4], [13], [14], [15], [16], [19]].map((sizes) =>
    sizes.reduce(withGroup, 0),
  ),
);
const mostGroups = 5;
const longestGroup = 19;

function withGroup(sizes: number, size: number): number {
  return sizes * 32 + size;
}

/** Several can begin at one place: their groups are one space or hyphen apart, as other numbers are. */
function findCards(text: string, index: number, found: Found[]): void {
  let sizes = 0;
  for (let group = 0, begin = index; group < mostGroups; group++) {
    let end = begin;
    while (end - begin < longestGroup && isIn(digits, text, end)) end++;
    if (end === begin || isIn(wordLetters, text, end)) return;
    sizes = withGroup(sizes, end - begin);
    if (cards.has(sizes) && hasCheckDigit(text, index, end)) {
      const value = text.slice(index, end).replaceAll(/[ -]/g, '');
      if (isCardNumber(value)) found.push({ kind: 'payment card', value });
    }
    if (!isGap(text, end)) return;
    begin = end + 1;
  }
}

function findAccounts(text: string, index: number, found: Found[]): void {
  const length = ibanLength(text.slice(index, index + 2));
  if (length === undefined) return;
  // As one word, or in groups of four: one character more for every group but the last.
  for (const size of [length, length + Math.ceil(length / 4) - 1])
    if (isAccount(text, index, index + size, size > length))
      found.push({ kind: 'bank account', value: text.slice(index, index + size).replaceAll(/[ -]/g, '') });
}

/** Whether an account number stands between two places, of which four characters are known. */
function isAccount(text: string, from: number, to: number, inGroups: boolean): boolean {
  if (to > text.length || isIn(wordLetters, text, to)) return false;
  let rest = 0;
  for (let at = from + 4; at < to; at++)
    if (inGroups && (at - from) % 5 === 4) {
      if (!isGap(text, at)) return false;
    } else if (isIn(accountLetters, text, at)) rest = restWith(rest, text.charCodeAt(at));
    else return false;
  for (let at = from; at < from + 4; at++) rest = restWith(rest, text.charCodeAt(at));
  return rest === 1;
}

/** The longest e-mail address (RFC 5321, 4.5.3.1). */
const longestAddress = 254;

function findAddresses(text: string, found: Found[]): void {
  for (let at = text.indexOf('@'); at !== -1; ) {
    let from = at;
    while (at - from <= longestAddress && isIn(addressLetters, text, from - 1)) from--;
    let to = at + 1;
    while (isIn(addressLetters, text, to)) to++;
    const word = text.slice(from, to);
    if (word.length <= longestAddress && isAddress(word)) found.push({ kind: 'e-mail address', value: word });
    at = text.indexOf('@', to);
  }
}

/** `git@host` is how servers are written, and nobody's address. */
function isAddress(word: string): boolean {
  const at = word.indexOf('@');
  if (at < 1 || at > 64 || word.slice(0, at) === 'git') return false;
  const labels = word
    .slice(at + 1)
    .replace(/\.$/, '')
    .split('.');
  return (
    labels.length > 1 &&
    labels.every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label)) &&
    /^[A-Za-z]{2,24}$/.test(labels.at(-1) ?? '')
  );
}
