import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnsOf, fit, wrap } from './width.ts';

const text = fc.string({
  unit: fc.constantFrom('a', 'é', 'word', ' ', '-', '請', '款', '🙂', 'e\u0301'),
  maxLength: 300,
});

test('wrapping loses and adds nothing but blanks, and no line is wider than it may be', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 20, max: 90 }), (paragraph, columns) => {
      const lines = wrap(paragraph, columns);
      for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
      expect(lines.join('').replaceAll(' ', '')).toBe(paragraph.replaceAll(' ', ''));
    }),
  );
});

test('a text that is cut fits, and says that something is missing', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 4, max: 90 }), (whole, columns) => {
      const shown = fit(whole, columns);
      expect(columnsOf(shown)).toBeLessThanOrEqual(columns);
      expect(shown === whole || shown.endsWith('…')).toBe(true);
    }),
  );
});

test('East Asian characters count twice, colours and combining marks not at all', () => {
  expect([columnsOf('請款'), columnsOf('e\u0301'), columnsOf('\u001b[31mab\u001b[0m')]).toEqual([4, 1, 2]);
});
