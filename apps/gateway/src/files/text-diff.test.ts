import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffContent } from './text-diff.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function hunks(before: string | null, after: string | null, cut = false) {
  const diff = diffContent(before === null ? null : bytes(before), after === null ? null : bytes(after), cut);
  if (diff.kind !== 'text') throw new Error('it is text');
  return diff.hunks;
}

test('one side, both sides, none', () => {
  expect(hunks(null, 'a\nb\n')).toEqual([{ oldStart: 1, oldLines: 0, newStart: 1, newLines: 2, lines: ['+a', '+b'] }]);
  expect(hunks('a\n', null)[0]?.lines).toEqual(['-a']);
  expect(hunks('a\nb\nc\n', 'a\nx\nc\n')[0]?.lines).toEqual([' a', '-b', '+x', ' c']);
  expect(hunks(null, '')).toEqual([]);
  expect(hunks('same', 'same')).toEqual([]);
});

test('what is no text is binary', () => {
  expect(diffContent(bytes('a\0b'), null, false)).toEqual({ kind: 'binary' });
  expect(diffContent(null, Uint8Array.of(0xff, 0xfe), false)).toEqual({ kind: 'binary' });
});

test('a text that was cut within a character is still text', () => {
  const cut = bytes('漢字').subarray(0, 5);
  expect(diffContent(null, cut, false)).toEqual({ kind: 'binary' });
  expect(diffContent(null, cut, true)).toMatchObject({ kind: 'text', cut: true });
  expect(diffContent(null, Uint8Array.of(0xff), true)).toEqual({ kind: 'binary' });
});

test('a file that is new nearly everywhere shows all of it and nothing else', () => {
  const lines = Array.from({ length: 6_000 }, (_, index) => `line ${index}`);
  const [fresh] = hunks(null, `${lines.join('\n')}\n`);
  expect(fresh).toMatchObject({ oldStart: 0, oldLines: 0, newStart: 1, newLines: 6_000 });
  expect(fresh?.lines).toEqual(lines.map((line) => `+${line}`));
  const [both] = hunks(`${lines.map((line) => `old ${line}`).join('\n')}\n`, lines.join('\n'));
  expect(both).toMatchObject({ oldLines: 6_000, newLines: 6_000 });
});

test('the lines of a diff make the one side and the other', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1 }).map((lines) => `${lines.join('\n')}\n`);
  fc.assert(
    fc.property(text, text, (before, after) => {
      const old = before.split('\n');
      const rebuilt: string[] = [];
      let position = 0;
      for (const { oldStart, lines } of hunks(before, after)) {
        rebuilt.push(...old.slice(position, oldStart - 1));
        rebuilt.push(
          ...lines.filter((line) => line.startsWith('+') || line.startsWith(' ')).map((line) => line.slice(1)),
        );
        position = oldStart - 1 + lines.filter((line) => line.startsWith('-') || line.startsWith(' ')).length;
      }
      expect([...rebuilt, ...old.slice(position)].join('\n')).toBe(after);
    }),
  );
});
