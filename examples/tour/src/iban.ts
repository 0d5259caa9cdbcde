import type { Random } from './random.ts';

/** Digits after the country and check digits, for the countries of the tour (ISO 13616 registry). */
const digits = { DE: 18, AT: 16, BE: 12, NL: 10 } as const;

export type IbanCountry = keyof typeof digits;

/** A random account number with valid check digits; Dutch ones begin with four letters of a bank. */
export function createIban(country: IbanCountry, random: Random): string {
  const number = Array.from({ length: digits[country] }, () => random.between(0, 9)).join('');
  const account = country === 'NL' ? `TEST${number}` : number;
  return `${country}${checkDigits(country, account)}${account}`;
}

/** ISO 7064 mod 97-10 over the rearranged number. */
export function isValidIban(iban: string): boolean {
  return /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban) && remainder(iban.slice(4) + iban.slice(0, 4)) === 1;
}

/** As people write it, in groups of four. */
export function groupIban(iban: string): string {
  return iban.match(/.{1,4}/g)?.join(' ') ?? iban;
}

function checkDigits(country: string, account: string): string {
  return String(98 - remainder(`${account}${country}00`)).padStart(2, '0');
}

function remainder(text: string): number {
  const number = [...text].map((letter) => String(Number.parseInt(letter, 36))).join('');
  return [...number].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0);
}
