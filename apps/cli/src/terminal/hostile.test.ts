import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileBlock, hostileLine } from './hostile.ts';

/** Moves the cursor, hides, reorders, or pretends to be a line of ours. */
const dangerous = /(?!\n)[\p{Cc}\p{Bidi_Control}\u200b-\u200f\u2028\u2029\u2060-\u2064\ufeff]/u;

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\u001b[2J',
      '\u001b]0;x\u0007',
      '\r',
      '\n',
      '\b',
      '\u009b',
      '\u202e',
      '\u2066',
      '\u200b',
      '\ufeff',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
});

test(verifies('cli.hostile-text', 'nothing that an agent writes moves the cursor, hides or adds a line'), () => {
  fc.assert(
    fc.property(hostile, fc.integer({ min: 10, max: 200 }), (text, most) => {
      const line = hostileLine(text, most);
      expect(line).not.toMatch(dangerous);
      expect(line).not.toContain('\n');
      expect(line.length).toBeLessThanOrEqual(most);
      const block = hostileBlock(text, '> ', 5);
      expect(block).not.toMatch(dangerous);
      const lines = block.split('\n');
      expect(lines.length).toBeLessThanOrEqual(6);
      expect(lines.every((shown) => shown.startsWith('> '))).toBe(true);
    }),
  );
});

test('ordinary text stays as it is', () => {
  expect(hostileLine('Rechnung für 東京, 5 €')).toBe('Rechnung für 東京, 5 €');
});
