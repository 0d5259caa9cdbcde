import { z } from 'zod';

const byteFactors: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const secondFactors: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const countFactors: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9, ...byteFactors };

function scaled(text: string, pattern: RegExp, factors: Readonly<Record<string, number>>): number | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const factor = factors[match[2] ?? ''];
  const number = factor === undefined ? undefined : Number(match[1]) * factor;
  // Beyond exact numbers no limit is kept exactly.
  return number === undefined || number > Number.MAX_SAFE_INTEGER ? undefined : number;
}

function unit(pattern: RegExp, factors: Readonly<Record<string, number>>, message: string) {
  return z.union([z.string(), z.number()], { error: message }).transform((value, context) => {
    const number = scaled(String(value), pattern, factors);
    if (number !== undefined) return number;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

/** Bytes: `512KiB`, `1MiB`, a plain number. Output: bytes. */
export const byteCount = unit(
  /^(\d+)(B|KiB|MiB|GiB)?$/,
  { '': 1, ...byteFactors },
  'write a size as 64KiB, 1MiB or 2GiB',
);

/** A span of time, longer than none: `20s`, `30m`, `12h`, `7d`. Output: seconds. */
export const duration = unit(/^(0*[1-9]\d*)(s|m|h|d)$/, secondFactors, 'write a time as 20s, 30m, 12h or 7d');

const windows = ['run', 'day'] as const;

function per<Amount extends string>(
  pattern: RegExp,
  factors: Readonly<Record<string, number>>,
  message: string,
  _kind: Amount,
) {
  return z.string({ error: message }).transform((value, context) => {
    const [amount = '', window = ''] = value.split('/');
    const number = scaled(amount.trim(), pattern, factors);
    const known = windows.find((name) => name === window.trim());
    if (number !== undefined && known !== undefined) return { amount: number, per: known };
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

/** An amount in a window: `200k/run`, `2M/day`, `50MiB/run`. Output: `{ amount, per }`. */
export const quantity = per(
  /^(\d+)(k|M|G|B|KiB|MiB|GiB)?$/,
  countFactors,
  'write an amount as 200k/run, 2M/day or 50MiB/run',
  'quantity',
);

/** Money in a window: `5 USD/run`. Output: `{ amount, per }` in US dollars. */
export const money = per(/^(\d+(?:\.\d+)?) ?(USD)$/, { USD: 1 }, 'write a cost as 5 USD/run', 'money');
