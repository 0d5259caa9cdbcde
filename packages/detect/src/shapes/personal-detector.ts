import type { DetectedKind, Detector, Found } from '../detector.ts';
import { isCardNumber, isIban } from './check-digits.ts';

const characters: readonly string[] = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

/** 2: letters and digits; 1: what else stands in e-mail addresses; 0: everything else. */
const kinds: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const letter = characters[byte] ?? '';
  if (/[A-Za-z0-9]/.test(letter)) return 2;
  return /[._%+@-]/.test(letter) ? 1 : 0;
});

/** How card numbers are written: digits in each group. */
const cardGroups: ReadonlySet<string> = new Set([
  '4-4-4-4',
  '4-6-5',
  '4-6-4',
  '4-4-4-4-3',
  '13',
  '14',
  '15',
  '16',
  '19',
]);
/** Longest number that is looked for (an IBAN in groups of four), and the longest e-mail address (RFC 5321, 4.5.3.1). */
const longestNumber = 34;
const longestAddress = 254;

/**
 * Recognises payment cards, bank accounts and e-mail addresses: what can be checked by itself. Names, postal addresses and
 * phone numbers cannot be told from other text, and are not found.
 */
export class PersonalDetector implements Detector {
  /** The groups of letters and digits that stand one space or hyphen apart, newest last. */
  readonly #groups: string[] = [];
  #group = '';
  /** The characters of e-mail addresses that stand together; undefined when they are too many to be one. */
  #word: string | undefined = '';
  #last = 0;

  get undecided(): number {
    return Math.max(this.#groups.join(' ').length + this.#group.length + 1, this.#word?.length ?? longestAddress);
  }

  feed(bytes: Uint8Array): readonly Found[] {
    const found: Found[] = [];
    for (const byte of bytes) this.#take(byte, found);
    return found;
  }

  end(): readonly Found[] {
    const found: Found[] = [];
    this.#take(0, found);
    return found;
  }

  #take(byte: number, found: Found[]): void {
    const kind = kinds[byte] ?? 0;
    if (kind === 2) {
      if (this.#group.length <= longestNumber) this.#group += characters[byte] ?? '';
    } else {
      if (this.#group !== '') this.#endGroup(found);
      const isBetween = (byte === 0x20 || byte === 0x2d) && this.#last !== 0x20 && this.#last !== 0x2d;
      if (!isBetween) this.#groups.length = 0;
    }
    if (kind > 0) {
      if (this.#word !== undefined)
        this.#word = this.#word.length < longestAddress ? this.#word + (characters[byte] ?? '') : undefined;
    } else {
      if (this.#word !== undefined && isAddress(this.#word)) found.push(of('e-mail address', this.#word));
      this.#word = '';
    }
    this.#last = byte;
  }

  /** A number ends with a group, so the ones that end with this one are looked at: at most nine. */
  #endGroup(found: Found[]): void {
    this.#groups.push(this.#group);
    this.#group = '';
    if (this.#groups.length > 9) this.#groups.shift();
    for (let from = 0; from < this.#groups.length; from++) {
      const groups = this.#groups.slice(from);
      const number = groups.join('');
      if (cardGroups.has(groups.map(({ length }) => length).join('-')) && isCardNumber(number))
        found.push(of('payment card', number));
      const inFours = groups.slice(0, -1).every(({ length }) => length === 4) && (groups.at(-1)?.length ?? 0) <= 4;
      if ((groups.length === 1 || inFours) && isIban(number)) found.push(of('bank account', number));
    }
  }
}

function of(kind: DetectedKind, value: string): Found {
  return { kind, value };
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
