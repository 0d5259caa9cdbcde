import { InvalidArgumentError } from 'commander';

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Reads the value of an option that is a span of time. @throws InvalidArgumentError when it is none. */
export function seconds(text: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  const factor = units[unit];
  if (count === undefined || factor === undefined)
    throw new InvalidArgumentError('It takes a time, for example 30m, 12h or 7d.');
  return Number(count) * factor;
}
