import { randomBytes } from 'node:crypto';

/**
 * What stands for a credential inside a sandbox: it says nothing about the secret, nobody can guess it, and it needs no
 * escaping in a header, a URL, a form or JSON, so that a program may put it wherever its key would go.
 */
export const placeholderMark = 'CLAWHOLD';

/** RFC 4648, 6. */
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** 130 bits. */
const digits = 26;

/** @param prefix how it begins, for programs that look at the form of their key. */
export function newPlaceholder(prefix = ''): string {
  let random = '';
  for (const byte of randomBytes(digits)) random += base32[byte % 32];
  return prefix + placeholderMark + random;
}

const placeholder = new RegExp(`${placeholderMark}[A-Z2-7]{${digits}}`, 'g');
/** The length of what is found, without a prefix. */
export const placeholderCore: number = placeholderMark.length + digits;

/**
 * Everything in a text that has the form of a placeholder, without its prefix: those of other runs and of runs that ended
 * look the same.
 */
export function findPlaceholders(text: string): readonly string[] {
  return text.includes(placeholderMark) ? (text.match(placeholder) ?? []) : [];
}

/** The part of a placeholder by which it is known. */
export function coreOf(whole: string): string {
  return whole.slice(-placeholderCore);
}

/** What stands for a placeholder in whatever is decided and recorded. */
export const neutralText = '~credential~';
