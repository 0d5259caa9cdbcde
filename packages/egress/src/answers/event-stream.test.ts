import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventReader, type StreamPart, withoutBreaks, writeBeginning, writeEvent, writeMore } from './event-stream.ts';

function read(held: number, ...pieces: readonly string[]): StreamPart[] {
  const reader = new EventReader(held);
  return pieces.flatMap((piece) => [...reader.feed(piece)]);
}

/** What a program sees of a stream: the letter of WHATWG HTML, 9.2.6, over the whole text. */
function eventsOf(text: string): readonly { readonly name: string; readonly data: string }[] {
  const events = [];
  let [name, data] = ['', ''];
  for (const line of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .slice(0, -1)) {
    if (line === '') {
      if (data !== '') events.push({ name, data: data.slice(0, -1) });
      [name, data] = ['', ''];
    }
    const [, field = line, value = ''] = /^([^:]*): ?(.*)$/s.exec(line) ?? [];
    if (field === 'data') data += `${value}\n`;
    if (field === 'event') name = value;
  }
  return events;
}

function written(parts: readonly StreamPart[]): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case 'event':
          return writeEvent(part.fields, part.data);
        case 'long':
          return writeBeginning(part.fields, part.data);
        case 'more':
          return writeMore(part.data);
        case 'field':
          return `\n${part.line}`;
        case 'end':
          return '\n\n';
        case 'comment':
          return `${part.line}\n`;
        case 'too_long':
          return '';
        default:
          return part satisfies never;
      }
    })
    .join('');
}

const ending = fc.constantFrom('\n', '\r', '\r\n');
const line = fc.oneof(
  fc.constantFrom(
    '',
    '',
    'data: x',
    'data:  two',
    'data',
    'data:',
    ': comment',
    'event: message',
    'id: 7',
    'retry: 5',
    'database: no',
  ),
  fc.string({ unit: fc.constantFrom('a', '{', '"', ':', ' ', 'é'), maxLength: 60 }).map((text) => `data: ${text}`),
);
const stream = fc.array(fc.tuple(line, ending)).map((lines) => lines.flat().join(''));

test(
  verifies(
    'egress.server-messages',
    'a stream that was read and written anew holds the same events, however it is cut',
  ),
  () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 8 }), fc.constantFrom(5, 20, 1_000), (text, cuts, held) => {
        const places = cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b);
        const pieces = [0, ...places].map((from, at) => text.slice(from, [...places, text.length][at]));
        const names = (one: string) => eventsOf(one).filter(({ data }) => data !== '');
        expect(names(written(read(held, ...pieces)))).toEqual(names(text));
      }),
      { numRuns: scale(1_000) },
    );
  },
);

test('an event that is longer than what is held goes on piece by piece, and the next is whole again', () => {
  expect(read(10, 'id: 1\ndata: 12345', '67890\n', 'data: more\n\ndata: x\n\n')).toEqual([
    { kind: 'long', fields: ['id: 1'], data: '12345' },
    { kind: 'more', data: '67890' },
    { kind: 'more', data: '\nmore' },
    { kind: 'end' },
    { kind: 'event', fields: [], data: 'x' },
  ]);
});

test('data of many short lines is held no longer than that of one', () => {
  const [first] = read(100, 'data:\n'.repeat(1_000));
  expect(first).toEqual({ kind: 'long', fields: [], data: '\n'.repeat(101) });
});

test(verifies('egress.server-messages', 'what comes byte by byte costs no more than its length'), () => {
  const size = 1_000_000;
  const reader = new EventReader(size + 100);
  const parts = [...reader.feed('data: ')];
  // Looked at as a whole at each of them, this would be half a million million characters.
  for (let at = 0; at < size; at++) parts.push(...reader.feed('x'));
  expect([...parts, ...reader.feed('\n\n')]).toEqual([{ kind: 'event', fields: [], data: 'x'.repeat(size) }]);
});

test('what stands beside the data is bounded', () => {
  expect(read(10, `id: ${'x'.repeat(9_000)}`)).toEqual([{ kind: 'too_long' }]);
  expect(read(10, 'id: 1234567\n'.repeat(1_000))[0]).toEqual({ kind: 'too_long' });
});

test(
  verifies('egress.server-messages', 'what only some programs take for the end of a line is none in what passes'),
  () => {
    expect(withoutBreaks('a\u2028b\x85c\fd')).toBe('a b c d');
  },
);
