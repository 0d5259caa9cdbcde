import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { type Destinations, readDestinations } from '../index.ts';

interface Extra {
  readonly query?: string;
  readonly contentType?: string;
  readonly contentEncoding?: string;
}

function read(pointers: readonly string[], body: string | Uint8Array, extra: Extra = {}): Destinations {
  const { query = '', contentType = 'application/json', contentEncoding } = extra;
  return readDestinations(pointers, { query, contentType, contentEncoding, body: Buffer.from(body) });
}

function values(...parameters: Parameters<typeof read>): readonly string[] {
  const result = read(...parameters);
  return result.kind === 'ok' ? result.values.map(({ value }) => value) : [`refused: ${result.code}`];
}

test('pointers follow RFC 6901, and a list or an object means each value in it', () => {
  const body = '{"a/b":{"~":[1,"two",{"c":true}]},"n":null}';
  expect(values(['/a~1b/~0'], body)).toEqual(['1', 'two', 'true']);
  expect(values(['/a~1b/~0/1'], body)).toEqual(['two']);
  expect(values(['/n', '/missing', '/a~1b/x/y', '/a~1b/~0/length', '/a~1b/toString'], body)).toEqual([]);
  expect(read(['/account'], '{"account":"DE89"}')).toEqual({
    kind: 'ok',
    values: [{ name: '/account', value: 'DE89' }],
  });
});

test(verifies('policy.destinations-read', 'a key counts in every way of writing that a server may take for it'), () => {
  expect(values(['/account'], '{"ACCOUNT":"DE89"}')).toEqual(['DE89']);
  expect(values(['/skey'], '{"\\u017fkey":"DE89"}')).toEqual(['DE89']);
  expect(values(['query:to'], '', { query: 'x=1&TO=b%20c' })).toEqual(['b c']);
  expect(values(['query:to'], '', { query: 'to[]=b' })).toEqual(['b']);
  expect(values(['query:to'], '', { query: 'to=a&to%5B%5D=b' })).toEqual(['refused: repeated_query']);
  expect(values(['query:to'], '', { query: 'to=a&x=1;to=b' })).toEqual(['refused: repeated_query']);
});

test.each([
  ['a key twice', '{"account":"good","account":"evil"}'],
  ['a key twice, once escaped', '{"account":"good","\\u0061ccount":"evil"}'],
  ['two keys that differ by case', '{"account":"good","Account":"evil"}'],
  ['two keys that fold to one', '{"skey":"good","\\u017fkey":"evil"}'],
  ['a key twice, deep inside', '{"x":[{"a":1,"b":{},"a":2}]}'],
  ['a number beyond what is exact', '{"account":9007199254740993}'],
  ['a number beyond all numbers', '{"account":[1,1e400]}'],
  ['a comment', '{"account":"good"/*,*/}'],
  ['more behind it', '{"account":"good"}{"account":"evil"}'],
  ['a body cut off', '{"account":'],
  ['a byte order mark', '\ufeff{"account":"good"}'],
  ['broken UTF-8', Uint8Array.of(0x7b, 0x22, 0x61, 0xff, 0x22, 0x3a, 0x31, 0x7d)],
  ['endless nesting', `${'['.repeat(100)}${']'.repeat(100)}`],
])(
  `${verifies('policy.destinations-read', 'a body that two readers read in two ways is refused')}: %s`,
  (_name, body) => {
    expect(values(['/account'], body)).toEqual(['refused: unreadable_body']);
  },
);

test(
  verifies('policy.destinations-read', 'a body that is JSON to us cannot be a form or compressed to the server'),
  () => {
    const polyglot = '{"x":"&account=evil&"}';
    for (const contentType of [
      'application/x-www-form-urlencoded',
      'text/plain',
      '',
      'application/json; charset=utf-7',
    ])
      expect(values(['/account'], polyglot, { contentType })).toEqual(['refused: body_type']);
    expect(values(['/account'], polyglot, { contentEncoding: 'gzip' })).toEqual(['refused: body_encoding']);
    expect(values(['/account'], '{"account":"x"}', { contentType: 'application/vnd.api+json; charset=UTF-8' })).toEqual(
      ['x'],
    );
  },
);

test(verifies('policy.destinations-read', 'a query that names the destination twice is refused'), () => {
  expect(values(['query:to'], '', { query: 'to=a&to=b' })).toEqual(['refused: repeated_query']);
  expect(values(['query:to'], '', { query: 'to=a&%54o=b' })).toEqual(['refused: repeated_query']);
});

test('more than a hundred destinations are refused', () => {
  const list = (length: number): string => JSON.stringify({ to: Array.from({ length }, () => 'x') });
  expect(values(['/to'], list(100))).toHaveLength(100);
  expect(values(['/to'], list(101))).toEqual(['refused: too_many_values']);
});
