import { Buffer } from 'node:buffer';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepareExactValues } from './exact-values.ts';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const value = keyOf(letters, 28);
const value2 = keyOf(`${letters}-_.`, 40);

/** Values in which nothing comes twice, as in keys. */
function keyOf(signs: string, minLength: number): fc.Arbitrary<string> {
  const isKey = (text: string): boolean => !/(.{3}).*\1/.test(text.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
  return fc.string({ unit: fc.constantFrom(...signs), minLength, maxLength: 60 }).filter(isKey);
}

/** How each piece is written. */
const writings: readonly ((piece: string) => string)[] = [
  (piece) => piece,
  (piece) => piece.toUpperCase(),
  (piece) => Buffer.from(piece).toString('hex'),
  (piece) => Buffer.from(piece).toString('base64'),
  (piece) => Buffer.from(piece).toString('base64url'),
  (piece) => [...piece].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(''),
  (piece) => [...piece].join('.'),
  (piece) => `p1${piece}x`,
];

function isWhole(known: string, texts: readonly string[]): boolean {
  const values = prepareExactValues([
    { kind: 'secret', value: 'another-value-of-24-signs' },
    { kind: 'canary', value: known },
  ]);
  return values.assembled(texts.flatMap((text) => values.piecesIn(Buffer.from(text))))?.value === known;
}

function cut(text: string, ...at: readonly number[]): readonly string[] {
  const places = [0, ...at, text.length];
  return places.slice(1).map((end, index) => text.slice(places[index], end));
}

test(verifies('detect.pieces', 'two pieces are put together, however each is written, whatever stands between'), () => {
  fc.assert(
    fc.property(
      fc.oneof(value, value2),
      fc.double({ min: 0.35, max: 0.65, noNaN: true }),
      fc.constantFrom(...writings),
      fc.constantFrom(...writings),
      fc.boolean(),
      fc.boolean(),
      (known, part, writeFirst, writeSecond, isReversed, isApart) => {
        const [first = '', second = ''] = cut(known, Math.round(known.length * part));
        const written = [`a=${writeFirst(first)}&`, `b=${writeSecond(second)};`];
        const texts = isReversed ? written.toReversed() : written;
        const between = 'accept: text/html, application/xhtml+xml\r\n';
        expect(isWhole(known, isApart ? texts : [texts.join(between)])).toBe(true);
      },
    ),
    { numRuns: scale(80) },
  );
});

test(verifies('detect.pieces', 'a value that was encoded first and cut in three afterwards'), () => {
  fc.assert(
    fc.property(
      value,
      fc.constantFrom('hex', 'base64', 'base64url', 'latin1'),
      fc.nat(2),
      (known, encoding, before) => {
        const text = Buffer.from('~'.repeat(before) + known).toString(encoding);
        const third = Math.floor(text.length / 3);
        const [a = '', b = '', c = ''] = cut(text, third, 2 * third);
        expect(isWhole(known, [`x-c: ${c}`, `x-a: ${a}`, `x-b: ${b}`])).toBe(true);
      },
    ),
    { numRuns: scale(40) },
  );
});

test(verifies('detect.pieces', 'what lacks a character, or is another value, is not put together'), () => {
  const known = 'dpl_4Jq9ZtWk2LmXv7RbNc5HsGp8';
  expect(isWhole(known, [known.slice(0, 14), known.slice(15)])).toBe(false);
  expect(isWhole(known, [known.slice(0, 14), known.slice(14, -1)])).toBe(false);
  expect(isWhole(known, [known.slice(1, 14), known.slice(14)])).toBe(false);
  expect(isWhole(known, [known.replace('t', 'u')])).toBe(false);
  // The window of a gram does not tell these apart.
  expect(isWhole(known, [known.replace('4', 't')])).toBe(false);
  for (const encoding of ['hex', 'base64'] as const) {
    const text = Buffer.from(known).toString(encoding);
    expect(isWhole(known, [`${text.slice(0, 20)}!${text.slice(20)}`])).toBe(true);
    expect(isWhole(known, [`${text.slice(0, 20)}!${text.slice(21)}`])).toBe(false);
  }
  expect(isWhole(known, [known.slice(0, 14), known.slice(0, 14)])).toBe(false);
  expect(isWhole(known, cut(known, 5, 10, 15, 20))).toBe(false);
  expect(isWhole(known, ['GET /docs/4jq9/ztwk/index.html', 'accept-language: en'])).toBe(false);
  const [one, other] = ['kV3nQ8xLw2Zt7RbM', 'Hs6GpYc9JdT4fUe1'];
  const values = prepareExactValues([
    { kind: 'secret', value: `${one}${other}` },
    { kind: 'secret', value: `${other}${one}`.toLowerCase().replaceAll('e', 'f') },
  ]);
  const pieces = values.piecesIn(Buffer.from(`${one} ${other.slice(0, 12)}`));
  expect(new Set(pieces.map((piece) => piece.known.value)).size).toBe(2);
  expect(values.assembled(pieces)).toBeUndefined();
});

test(verifies('detect.pieces', 'a stream of which the pieces come in parts, near its beginning'), () => {
  const known = 'dpl_4Jq9ZtWk2LmXv7RbNc5HsGp8';
  const values = prepareExactValues([{ kind: 'canary', value: known }]);
  const told = (text: string, size: number): readonly number[] => {
    const detector = values.detector();
    return cut(
      text,
      ...Array.from({ length: Math.ceil(text.length / size) - 1 }, (_, index) => (index + 1) * size),
    ).map((part) => detector.feed(Buffer.from(part)).length);
  };
  const percent = (text: string): string => [...text].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('');
  const form = `b=${percent(known.slice(14))}&size=xl&a=${known.slice(0, 14)}`;
  for (let size = 1; size <= form.length; size++) {
    const findings = told(form, size);
    expect(findings.reduce((sum, one) => sum + one)).toBe(1);
    // Told with the part that completes it.
    expect(findings.at(-1)).toBe(1);
  }
  expect(told(`{"a":"${known.slice(14)}","more":true,"b":"${known.slice(0, 14)}"}`, 1_000)).toEqual([1]);
  expect(told(`${known.slice(0, 14)}, ${'lorem ipsum '.repeat(2_000)}${known.slice(14)}`, 64_000)).toEqual([0]);
});

test('what repeats itself in a value begins no piece', () => {
  const values = prepareExactValues([{ kind: 'secret', value: 'a'.repeat(64) }]);
  expect(values.piecesIn(Buffer.from(`${'a'.repeat(20)}-b`.repeat(3_000)))).toEqual([]);
});
