import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { external } from '../testing.ts';
import { readDestinations } from './destinations.ts';
import { hasAmbiguousKeys } from './duplicate-keys.ts';

function read(
  pointers: readonly string[],
  body: string | Buffer,
  query = '',
  type = 'application/json',
  encoding?: string,
) {
  const fields = [
    { name: 'content-type', value: type },
    ...(encoding === undefined ? [] : [{ name: 'content-encoding', value: encoding }]),
  ];
  const result = readDestinations(pointers, { query, fields, body: Buffer.from(body) }, () => external);
  return 'kind' in result ? result.code : result.map(({ value }) => value);
}

test('pointers follow RFC 6901, and a list means each value in it', () => {
  const body = '{"a/b":{"~":[1,"two",{"c":true}]},"n":null}';
  expect(read(['/a~1b/~0'], body)).toEqual(['1', 'two', 'true']);
  expect(read(['/a~1b/~0/1'], body)).toEqual(['two']);
  expect(read(['/n', '/missing', '/a~1b/x/y'], body)).toEqual([]);
});

test('a query value is taken each time it is there', () => {
  expect(read(['query:to'], '', 'to=a&x=1&TO=b%20c&to=d+e')).toEqual(['a', 'b c', 'd e']);
});

test.each([
  ['a key twice', '{"account":"good","account":"evil"}'],
  ['a key twice, once escaped', '{"account":"good","\\u0061ccount":"evil"}'],
  ['two keys that differ by case', '{"account":"good","Account":"evil"}'],
  ['two keys that fold to one', '{"skey":"good","\\u017fkey":"evil"}'],
  ['a key twice, deep inside', '{"x":[{"a":1,"b":{},"a":2}]}'],
  ['a comment', '{"account":"good"/*,*/}'],
  ['more behind it', '{"account":"good"}{"account":"evil"}'],
  ['a byte order mark', '\ufeff{"account":"good"}'],
  ['broken UTF-8', Buffer.from([0x7b, 0x22, 0x61, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['endless nesting', `${'['.repeat(100)}${']'.repeat(100)}`],
])(
  `${verifies('egress.inspected-values', 'a body in which two readers find two values is refused')}: %s`,
  (_name, body) => {
    expect(read(['/account'], body)).toBe('unreadable_body');
  },
);

test(
  verifies('egress.inspected-values', 'a body that is JSON to the proxy cannot be a form or compressed to the server'),
  () => {
    const polyglot = '{"x":"&account=evil&"}';
    expect(read(['/account'], polyglot, '', 'application/x-www-form-urlencoded')).toBe('body_type');
    expect(read(['/account'], polyglot, '', 'application/json; charset=utf-7')).toBe('body_type');
    expect(read(['/account'], polyglot, '', 'application/json', 'gzip')).toBe('body_encoding');
    expect(read(['/account'], '{"Account":"x"}', '', 'application/vnd.api+json; charset=UTF-8')).toEqual(['x']);
  },
);

test('a value too long to show is labelled whole', () => {
  const seen: string[] = [];
  const long = 'x'.repeat(500);
  const fields = [{ name: 'content-type', value: 'application/json' }];
  const result = readDestinations(['/a'], { query: '', fields, body: Buffer.from(`{"a":"${long}"}`) }, (value) => {
    seen.push(value);
    return external;
  });
  expect(result).toMatchObject([{ value: long.slice(0, 200) }]);
  expect(seen).toEqual([long]);
});

test('keys are ambiguous exactly when a slow reading says so', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (text) => {
      expect(hasAmbiguousKeys(text)).toBe(slowlyAmbiguous(JSON.parse(text)));
    }),
  );
});

// JSON.parse has merged equal keys already, but fc.json never writes any; keys that differ by case it may write.
function slowlyAmbiguous(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Array.isArray(value) ? [] : Object.keys(value).map((key) => key.normalize('NFKC').toLowerCase());
  return new Set(keys).size < keys.length || Object.values(value).some(slowlyAmbiguous);
}
