import { expect, test } from 'vitest';
import { drawDiff } from './diff.ts';

function drawn(...lines: readonly string[]): readonly string[] {
  const hunk = { oldStart: 1, oldLines: 0, newStart: 1, newLines: lines.length, lines: [...lines] };
  return drawDiff('a.py', { kind: 'text', hunks: [hunk], cut: false })
    .split('\n')
    .slice(3);
}

test('spaces and tabs of a file stand as they are: in some languages they are the meaning', () => {
  expect(drawn('+  if x:', '-\treturn  1  ', '+', ' a  b')).toEqual(['+  if x:', '-\treturn  1  ', '+', ' a  b']);
});

test('what could move the cursor or hide does not', () => {
  const [line = ''] = drawn('+a\u001b[2Kb\rc\u202ed');
  for (const sign of ['\u001b', '\r', '\u202e']) expect(line).not.toContain(sign);
});

test('a long line is cut', () => {
  expect(drawn(`+${'x'.repeat(5_000)}`)[0]).toHaveLength(401);
});
