import { InvalidArgumentError } from 'commander';

/** Reads the value of an option that counts something. @throws InvalidArgumentError when it is no whole number above 0. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It takes a whole number, for example 20.');
  return Number(text);
}
