import type { FileChange } from '@clawhold/client';
import { expect, test } from 'vitest';
import { drawChanges, drawDiff } from './diff.ts';

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

const change = (path: string, more: Partial<FileChange> = {}): FileChange => ({
  path,
  pathEncoding: 'utf-8',
  change: 'added',
  type: 'file',
  mode: 0o644,
  size: 1,
  target: null,
  digestBefore: null,
  digestAfter: null,
  refused: null,
  executable: false,
  ...more,
});

test('the list says what became of each: moved, re-moded, another kind, a link, a deletion', () => {
  const list = drawChanges([
    change('new.txt', { movedFrom: 'old.txt' }),
    change('run.sh', { change: 'mode-changed', mode: 0o755 }),
    change('way', { type: 'symlink', change: 'type-changed', target: 'there' }),
    change('gone', { type: 'directory', change: 'deleted', mode: null }),
  ]);
  expect(list.split('\n')).toEqual(['R new.txt ← old.txt', 'm run.sh (0755)', 'T way → there', 'D gone/']);
});

test('no name, target or place of origin writes a line of its own or moves the cursor', () => {
  const hostile = `a\nD b${'\u001b'}[2A${'\u009b'}2Jx${'\u202e'}y`;
  const list = drawChanges([change(hostile, { type: 'symlink', target: hostile, movedFrom: hostile }), change('last')]);
  expect(list.split('\n')).toHaveLength(2);
  for (const sign of ['\u001b', '\u009b', '\u202e', '\r']) expect(list).not.toContain(sign);
});

test('ten thousand changes are ten thousand lines, each of bounded length', () => {
  const name = 'n'.repeat(4_000);
  const lines = drawChanges(Array.from({ length: 10_000 }, (_, at) => change(`${at}/${name}`))).split('\n');
  expect(lines).toHaveLength(10_000);
  expect(lines.filter((line) => line.length > 260)).toEqual([]);
});

test('a list may end early and says how much is left', () => {
  const changes = ['a', 'b', 'c'].map((path) => change(path));
  expect(drawChanges(changes, 2).split('\n')).toEqual(['A a', 'A b', '… and 1 more']);
  expect(drawChanges(changes, 3).split('\n')).toHaveLength(3);
});
