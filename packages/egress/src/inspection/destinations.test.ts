import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { external } from '../testing.ts';
import { destinationParameters } from './destinations.ts';

function read(pointers: readonly string[], body: string, query = '', headers: Readonly<Record<string, string>> = {}) {
  const fields = Object.entries({ 'content-type': 'application/json', ...headers }).map(([name, value]) => ({
    name,
    value,
  }));
  return destinationParameters(pointers, { query, fields, body: Buffer.from(body) }, () => external);
}

test.each([
  ['a key twice', 415, 'unreadable_body', '{"account":"good","Account":"evil"}', '', {}],
  ['a form', 415, 'body_type', '{}', '', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['no type', 415, 'body_type', '{}', '', { 'content-type': '' }],
  ['a compressed body', 415, 'body_encoding', '{}', '', { 'content-encoding': 'gzip' }],
  ['an encoding without a name', 415, 'body_encoding', '{}', '', { 'content-encoding': '' }],
  ['a query with the key twice', 400, 'repeated_query', '', 'to=a&TO=b', {}],
  ['too many values', 413, 'too_many_values', `{"account":[${'1,'.repeat(100)}1]}`, '', {}],
] as const)(
  `${verifies('egress.inspected-values', 'what two programs could read in two ways is refused')}: %s`,
  (_name, status, code, body, query, headers) => {
    expect(read(['/account', 'query:to'], body, query, headers)).toMatchObject({ kind: 'fault', status, code });
  },
);

test('a body that is not there holds no destination', () => {
  const fields = [{ name: 'content-type', value: 'text/plain' }];
  expect(destinationParameters(['/a', 'query:b'], { query: 'b=1', fields, body: undefined }, () => external)).toEqual([
    { name: 'query:b', role: 'destination', value: '1', label: external },
  ]);
});

test('a value too long to show is labelled whole', () => {
  const seen: string[] = [];
  const long = 'x'.repeat(500);
  const fields = [{ name: 'content-type', value: 'application/json' }];
  const result = destinationParameters(['/a'], { query: '', fields, body: Buffer.from(`{"a":"${long}"}`) }, (value) => {
    seen.push(value);
    return external;
  });
  expect(result).toMatchObject([{ value: long.slice(0, 200) }]);
  expect(seen).toEqual([long]);
});
