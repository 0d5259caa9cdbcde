import { Buffer } from 'node:buffer';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canBeLookedFor, prepareExactValues } from './exact-values.ts';

/** Ways to write bytes as text. Each gets what stands before, so that alignments differ. */
const writings: Readonly<Record<string, (bytes: Buffer) => string>> = {
  clear: (bytes) => bytes.toString('latin1'),
  base64: (bytes) => bytes.toString('base64'),
  'base64, url-safe': (bytes) => bytes.toString('base64url'),
  'hexadecimal, small': (bytes) => bytes.toString('hex'),
  'hexadecimal, large': (bytes) => bytes.toString('hex').toUpperCase(),
  'percent-encoded where needed': (bytes) => encodeURIComponent(bytes.toString('latin1')),
  'percent-encoded everywhere': (bytes) => [...bytes].map((byte) => `%${hex(byte)}`).join(''),
  'JSON-escaped': (bytes) => JSON.stringify(bytes.toString('latin1')).slice(1, -1),
  'JSON-escaped everywhere': (bytes) => [...bytes].map((byte) => `\\u00${hex(byte)}`).join(''),
  'UTF-16': (bytes) => Buffer.from(bytes.toString('latin1'), 'utf16le').toString('latin1'),
  'UTF-16, big-endian': (bytes) => Buffer.from(bytes.toString('latin1'), 'utf16le').swap16().toString('latin1'),
};

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const value = fc.string({ unit: fc.constantFrom(...printable), minLength: 12, maxLength: 80 }).filter(canBeLookedFor);
const around = fc.string({ unit: fc.constantFrom(...printable), maxLength: 20 });

function find(known: string, text: string, cuts: readonly number[] = []): number {
  const detector = prepareExactValues([{ kind: 'secret', value: known }]).detector();
  const bytes = Buffer.from(text, 'latin1');
  const found = [];
  let from = 0;
  for (const cut of [...cuts.map((one) => one % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]) {
    found.push(...detector.feed(bytes.subarray(from, cut)));
    from = cut;
  }
  found.push(...detector.end());
  for (const one of found) expect(one).toEqual({ kind: 'secret', value: known });
  return found.length;
}

const names = Object.keys(writings);
test.each(names.flatMap((inner) => names.map((outer) => [inner, outer] as const)))(
  `${verifies('detect.spellings', 'a value is found')} written %s, in %s, between other text and cut anywhere`,
  (inner, outer) => {
    fc.assert(
      fc.property(value, around, around, fc.array(fc.nat(), { maxLength: 5 }), (known, before, after, cuts) => {
        const once = writings[inner]?.(Buffer.from(before + known + after, 'latin1')) ?? '';
        const twice = writings[outer]?.(Buffer.from(before + once + after, 'latin1')) ?? '';
        expect(find(known, `${before}${twice}${after}`, cuts)).toBe(1);
      }),
      { numRuns: scale(5) },
    );
  },
);

/**
 * What is compared of a value that begins with a group of base64: letters lose their case, and the last character its bits
 * that share a sextet with what follows.
 */
function comparedInBase64(text: string): string {
  return Buffer.from(text)
    .toString('base64')
    .slice(0, Math.floor((text.length * 8) / 6))
    .toLowerCase();
}

test(
  verifies('detect.near-misses', 'a value that is short of a character, or has another one in it, is not found'),
  () => {
    const alphabet = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789');
    const token = fc.string({ unit: alphabet, minLength: 12, maxLength: 64 });
    fc.assert(
      fc.property(token, fc.nat(), alphabet, fc.constantFrom(...names), (known, place, other, name) => {
        const at = place % known.length;
        const changed = `${known.slice(0, at)}${other}${known.slice(at + 1)}`;
        fc.pre(comparedInBase64(changed) !== comparedInBase64(known));
        const write = (text: string): string => writings[name]?.(Buffer.from(text)) ?? '';
        expect(find(known, write(changed))).toBe(0);
        expect(find(known, write(known.slice(1)))).toBe(0);
        expect(find(known, write(known.slice(0, -1)))).toBe(0);
      }),
      { numRuns: scale(300) },
    );
  },
);

test(
  verifies(
    'detect.spellings',
    'a value is found under two layers of escapes also when it holds what looks like another escape',
  ),
  () => {
    const json = (text: string): string => JSON.stringify(text).slice(1, -1);
    const signs = `&"  %B7'\`FYM39xQ7kT`;
    expect(find(signs, json(json(signs)))).toBe(1);
    const known = 'back\\nslash \\u0041 and more';
    expect(find(known, encodeURIComponent(encodeURIComponent(known)))).toBe(1);
    expect(find(known, encodeURIComponent(json(known)))).toBe(1);
    expect(find(known, json(encodeURIComponent(known)))).toBe(1);
  },
);

test('what is folded, spaced, paired or told of twice is one finding; of a long value its middle is looked for', () => {
  const known = 'correct horse battery staple';
  const folded = Buffer.from(known).toString('base64').replaceAll(/.{8}/g, '$&\r\n  ');
  const pairs = Buffer.from(known).toString('hex').replaceAll(/../g, '$&:');
  expect(find(known, `${folded} ${pairs} ${known.toUpperCase()}`)).toBe(1);
  expect(find(known, 'a=correct+horse+battery+staple&b=')).toBe(1);
  const long = Array.from({ length: 50 }, (_, index) => `line ${index * 7_919}`).join('\n');
  expect(find(long, long.slice(200, -200))).toBe(1);
  expect(find(long, long.slice(0, 200))).toBe(0);
});

test.each([
  ['hexadecimal with -', (known: Buffer) => known.toString('hex').replaceAll(/../g, '$&-')],
  ['hexadecimal with 0x', (known: Buffer) => known.toString('hex').replaceAll(/../g, '0x$&, ')],
  ['quoted-printable', (known: Buffer) => known.toString('hex').toUpperCase().replaceAll(/../g, '=$&')],
  ['references of HTML', (known: Buffer) => known.toString('hex').replaceAll(/../g, '&#x$&;')],
  ['a list of bytes', (known: Buffer) => JSON.stringify(known, null, 2)],
  ['a list of characters', (known: Buffer) => JSON.stringify([...known.toString()])],
  ['strings that are joined', (known: Buffer) => known.toString().replaceAll(/.{7}/g, '$&" + "')],
  ['segments of a path', (known: Buffer) => known.toString().replaceAll(/.{7}/g, '$&/')],
  ['base64 in short strings', (known: Buffer) => JSON.stringify(known.toString('base64').match(/.{1,8}/g))],
])(`${verifies('detect.spellings', 'a value is found whatever signs separate its pieces')}: %s`, (_name, write) => {
  expect(find('dpl_4Jq9ZtWk2LmXv7RbNc5HsGp8', `{"a": ${write(Buffer.from('dpl_4Jq9ZtWk2LmXv7RbNc5HsGp8'))}}`)).toBe(1);
});

test('what is too short to be told from chance is refused', () => {
  expect(canBeLookedFor('a b c d e f g h i j k')).toBe(false);
  expect(() => prepareExactValues([{ kind: 'secret', value: '0123456789 ' }])).toThrow(RangeError);
});

test('a text that is there as a whole is looked through as a stream is, but for pieces, whatever was looked through before', () => {
  const write = fc.constantFrom(...names).map((name) => (text: string) => writings[name]?.(Buffer.from(text)) ?? '');
  const part = fc.tuple(around, fc.boolean(), fc.boolean(), write, write, around);
  fc.assert(
    fc.property(value, value, fc.array(part, { minLength: 2, maxLength: 6 }), (one, other, parts) => {
      const values = prepareExactValues([
        { kind: 'canary', value: one },
        { kind: 'secret', value: other },
      ]);
      for (const [before, isThere, isFirst, inner, outer, after] of parts) {
        const known = isFirst ? one : other;
        // What is not there is there in part: of the end of one text and the beginning of the next no value comes together.
        const text = isThere
          ? before + outer(inner(known)) + after
          : known.slice(6) + before + after + known.slice(0, 6);
        const bytes = Buffer.from(text, 'latin1');
        const detector = values.detector();
        const inStream = [...detector.feed(bytes), ...detector.end()];
        expect(values.find(bytes) ?? values.assembled(values.piecesIn(bytes))).toEqual(inStream[0]);
      }
    }),
    { numRuns: scale(100) },
  );
});
