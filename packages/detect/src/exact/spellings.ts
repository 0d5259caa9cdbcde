import { Buffer } from 'node:buffer';

/** Of a longer value its middle stands for all of it: keys of one format begin and end alike. Bytes. */
const lookedFor = 64;

/**
 * Every way in which a value is looked for in text that is compared in normal form: as it is, in base64 (three alignments,
 * two alphabets), hexadecimal, decimal, UTF-16, percent-encoded and JSON-escaped, and each of these in base64 or hexadecimal
 * again. Escapes around any of them are taken off the text before (`reading/peel.ts`), so they are no spelling here; nor is
 * what separates the numbers, but for what is a letter or digit in it (`0x64, 0x70`).
 */
export function spellingsOf(value: string): readonly Buffer[] {
  const once = spelledOnce(lookedForIn(value));
  return [...once, ...once.flatMap((inner) => [...base64Cores(inner), Buffer.from(inner.toString('hex'))])];
}

/** What stands for a value: all of it, or its middle. */
export function lookedForIn(value: string): Buffer {
  const whole = Buffer.from(value);
  const start = Math.max(0, (whole.length - lookedFor) >> 1);
  return whole.subarray(start, start + lookedFor);
}

function spelledOnce(value: Buffer): readonly Buffer[] {
  const hexadecimal = value.toString('hex');
  const pairs = hexadecimal.match(/../g) ?? [];
  const escaped = [hexadecimal, hexadecimal.toUpperCase()];
  const text = value.toString('latin1');
  const written = [
    ...escaped,
    ...(/[^A-Za-z0-9._~-]/.test(text) ? [encodeURIComponent(text), JSON.stringify(text).slice(1, -1)] : []),
    ...(text.includes(' ') ? [text.replaceAll(' ', '+')] : []),
    value.join(),
    ...['%', '\\u00', '\\x', '0x'].flatMap((sign) =>
      [pairs, pairs.map((pair) => pair.toUpperCase())].map((each) => each.map((pair) => sign + pair).join('')),
    ),
  ];
  return [
    value,
    // Without the last NUL: so it is inside little-endian and big-endian text.
    wide(value),
    ...base64Cores(value),
    ...base64Cores(value).map((core) => Buffer.from(core.toString('latin1').replaceAll('+', '-').replaceAll('/', '_'))),
    ...written.map((one) => Buffer.from(one)),
  ];
}

function wide(value: Buffer): Buffer {
  const bytes = Buffer.alloc(value.length * 2 - 1);
  for (const [index, byte] of value.entries()) bytes[index * 2] = byte;
  return bytes;
}

/** The characters of base64 that are the value's alone, for each of the three places in a group where it can begin. */
function base64Cores(value: Buffer): readonly Buffer[] {
  return [0, 1, 2].map((before) => base64Core(value, before).core);
}

/**
 * A value in base64 behind so many bytes, without the characters at its edges that also hold bits of what stands beside it.
 * Skipped are the characters that stand before those.
 */
export function base64Core(value: Buffer, before: number): { readonly core: Buffer; readonly skipped: number } {
  const encoded = Buffer.concat([Buffer.alloc(before), value]).toString('base64');
  const skipped = Math.ceil((before * 8) / 6);
  return { core: Buffer.from(encoded.slice(skipped, Math.floor(((before + value.length) * 8) / 6))), skipped };
}
