import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { columnsOf } from '../terminal/width.ts';
import { liveText } from './live-text.ts';

const draft = (text: string) => ({ turn: 'trn_1', agent: 'default', text });

test('it shows the end, where it grows, in the columns there are', () => {
  expect(liveText(draft('I look.'), 80)).toBe('default  I look.');
  const long = liveText(draft(`${'word '.repeat(2_000)}and the end`), 40);
  expect(long).toMatch(/^default {2}….*and the end$/);
  expect(columnsOf(long)).toBe(40);
  expect(columnsOf(liveText(draft('發票'.repeat(200)), 40))).toBeLessThanOrEqual(40);
});

test(verifies('cli.hostile-text', 'what is being written cannot move the cursor, hide, or end half-way'), () => {
  const text = `safe\u001B[2J\r\u202E\n${'\u{1F9FE}'.repeat(500)}`;
  const shown = liveText(draft(text), 100);
  expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(liveText(draft('safe\u001B[2J\u202E'), 100)).toBe('default  safe⟨U+001B⟩[2J⟨U+202E⟩');
  for (let length = 1; length < 5; length += 1)
    expect(liveText(draft(`${'\u{1F9FE}'.repeat(600)}${'x'.repeat(length)}`), 4_000)).not.toContain('⟨');
});
