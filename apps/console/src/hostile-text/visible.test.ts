import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { pieces, visible } from './visible.ts';

test(verifies('console.hostile-text', 'control, direction and invisible characters are written out'), () => {
  expect(visible('gnp.\u202Eexe\u200B\u001B[2J\u0000')).toBe('gnp.⟨U+202E⟩exe⟨U+200B⟩⟨U+001B⟩[2J⟨U+0000⟩');
  expect(visible('a\nb\tc')).toBe('a⟨U+000A⟩b⟨U+0009⟩c');
  expect(visible('a\nb\tc\r', { lines: true })).toBe('a\nb\tc⟨U+000D⟩');
  expect(visible(`z${'\u0301'.repeat(5)}`)).toBe(`z${'\u0301'.repeat(3)}⟨U+0301⟩⟨U+0301⟩`);
  expect(visible('\u{E0041}\uDC00\u00A0')).toBe('⟨U+E0041⟩⟨U+DC00⟩⟨U+00A0⟩');
});

test(verifies('console.hostile-text', 'our notation cannot be imitated'), () => {
  const shown = visible('⟨U+202E⟩');
  expect(shown).toBe('⟨U+27E8⟩U+202E⟨U+27E9⟩');
  expect(pieces(shown).map(({ text, marked }) => [text, marked])).toEqual([
    ['⟨U+27E8⟩', true],
    ['U+202E', false],
    ['⟨U+27E9⟩', true],
  ]);
});
