import { expect, test } from 'vitest';
import { joinDraft } from './draft.ts';

const part = (from: number, text: string, turn = 'trn_1') => ({ turn, agent: 'default', from, text });

test('pieces are put together, taken back, and forgotten with their turn', () => {
  let draft = joinDraft(null, part(0, 'one '));
  draft = joinDraft(draft, part(4, 'two'));
  expect(draft?.text).toBe('one two');
  // After a gap nothing is made up.
  expect(joinDraft(draft, part(99, 'far'))).toBe(draft);
  expect(joinDraft(null, part(5, 'far'))).toBeNull();
  expect(joinDraft(draft, part(0, 'again'))?.text).toBe('again');
  expect(joinDraft(draft, part(0, 'next', 'trn_2'))).toEqual({ turn: 'trn_2', agent: 'default', text: 'next' });
});
