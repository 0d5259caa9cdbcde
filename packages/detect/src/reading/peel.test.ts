import { Buffer } from 'node:buffer';
import { scale } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Peeler } from './peel.ts';

function peel(text: string, cut = 0): string {
  const peeler = new Peeler();
  const bytes = Buffer.from(text);
  return Buffer.concat([
    peeler.peel(bytes.subarray(0, cut)),
    peeler.peel(bytes.subarray(cut)),
    peeler.end(),
  ]).toString();
}

test.each([
  ['%41%6a%6A', 'Ajj'],
  ['\\u0041\\x42\\n\\"\\\\', 'AB\n"\\'],
  ['\\u20ac', '€'],
  ['100% \\d %4 %g1 \\u12 \\xg', '100% \\d %4 %g1 \\u12 \\xg'],
  ['%%41', '%A'],
  ['\\\\u0041', '\\u0041'],
  ['%4%41\\', '%4A\\'],
  ['%2541', '%41'],
])('%s means %s, cut anywhere', (text, meant) => {
  for (let cut = 0; cut <= Buffer.byteLength(text); cut++) expect(peel(text, cut)).toBe(meant);
});

test('taking off undoes putting on', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), fc.nat({ max: 100 }), (text, cut) => {
      const json = JSON.stringify(text).slice(1, -1);
      if (!text.includes('%')) expect(peel(json, cut)).toBe(text);
      expect(peel(encodeURIComponent(text), cut)).toBe(text);
    }),
    { numRuns: scale(300) },
  );
});
