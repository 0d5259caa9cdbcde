import type { Found } from '../detector.ts';
import { ibanLength, isCardNumber, isIban } from './check-digits.ts';

/**
 * Recognises payment cards, bank accounts and e-mail addresses: what can be checked by itself. Names, postal addresses and
 * phone numbers cannot be told from other text, and are not found.
 */
export function findPersonal(text: string): readonly Found[] {
  const found: Found[] = [];
  for (const { 0: beginning, index } of text.matchAll(beginnings)) {
    const length = ibanLength(beginning.slice(0, 2));
    if (length !== undefined) findAccount(text, index, length, found);
    else findCard(text, index, found);
  }
  findAddresses(text, found);
  return found;
}

/** Four digits of a card, or the country of an account with two digits; not within a word. */
const beginnings = /(?<![A-Za-z0-9])(?:\d{4}|[A-Z]{2}\d{2})/g;

/** How card numbers are written, in groups one space or hyphen apart. Several can begin at one place. */
const cards: readonly RegExp[] = [
  /\d{4}(?:[ -]\d{4}){3}(?![A-Za-z0-9])/y,
  /\d{4}(?:[ -]\d{4}){3}[ -]\d{3}(?![A-Za-z0-9])/y,
  /\d{4}[ -]\d{6}[ -]\d{4,5}(?![A-Za-z0-9])/y,
  /(?:\d{13,16}|\d{19})(?![A-Za-z0-9])/y,
];

function findCard(text: string, index: number, found: Found[]): void {
  for (const form of cards) {
    form.lastIndex = index;
    const value = form.exec(text)?.[0].replaceAll(' ', '').replaceAll('-', '');
    if (value !== undefined && isCardNumber(value)) found.push({ kind: 'payment card', value });
  }
}

const inFours = /^[A-Z0-9]{4}(?:[ -][A-Z0-9]{4})*(?:[ -][A-Z0-9]{1,3})?$/;

function findAccount(text: string, index: number, length: number, found: Found[]): void {
  // As one word, or in groups of four: one character more for every group but the last.
  for (const size of [length, length + Math.ceil(length / 4) - 1]) {
    const written = text.slice(index, index + size);
    const value = size > length && inFours.test(written) ? written.replaceAll(/[ -]/g, '') : written;
    if (isIban(value) && written.length === size && !/[A-Za-z0-9]/.test(text.charAt(index + size)))
      found.push({ kind: 'bank account', value });
  }
}

/** The longest e-mail address (RFC 5321, 4.5.3.1). */
const longestAddress = 254;
const addressLetter = /[A-Za-z0-9._%+@-]/;
const addressRest = /[A-Za-z0-9._%+@-]*/y;

function findAddresses(text: string, found: Found[]): void {
  for (let at = text.indexOf('@'); at !== -1; ) {
    let from = at;
    while (at - from <= longestAddress && addressLetter.test(text.charAt(from - 1))) from--;
    addressRest.lastIndex = at;
    const to = at + (addressRest.exec(text)?.[0].length ?? 1);
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
