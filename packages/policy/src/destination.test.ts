import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { type Destinations, readDestinations } from './index.ts';

function read(
  body: string,
  contentType = 'application/json',
  pointers: readonly string[] = ['/account'],
): Destinations {
  return readDestinations(pointers, { query: 'to=a&x=1', contentType, body: new TextEncoder().encode(body) });
}

test(verifies('policy.destinations-read', 'a destination that cannot be read for sure is refused'), () => {
  expect(read('{"account":"DE89"}')).toEqual({ kind: 'ok', values: [{ name: '/account', value: 'DE89' }] });
  expect(read('{"account":{"iban":"DE89","bank":7}}')).toMatchObject({ values: [{ value: 'DE89' }, { value: '7' }] });
  expect(read('{"a/b":{"~":["x"]}}', 'application/json; charset=utf-8', ['/a~1b/~0/0'])).toMatchObject({
    values: [{ value: 'x' }],
  });
  expect(read('{}')).toEqual({ kind: 'ok', values: [] });
  expect(read('', '', ['query:to'])).toEqual({ kind: 'ok', values: [{ name: 'query:to', value: 'a' }] });
  for (const [body, type] of [
    ['{"account":"DE89","account":"GB33"}', 'application/json'],
    ['{"account":"DE89","\\u0061ccount":"GB33"}', 'application/json'],
    ['account=GB33', 'application/x-www-form-urlencoded'],
    ['{"account":"GB33"}', 'text/plain'],
    ['{"account":', 'application/json'],
    ['\ufeff{"account":"GB33"}', 'application/json'],
    ['['.repeat(100) + ']'.repeat(100), 'application/json'],
  ] as const)
    expect(read(body, type).kind, body.slice(0, 40)).toBe('refused');
  expect(readDestinations(['query:to'], { query: 'to=a&to=b', contentType: '', body: new Uint8Array() }).kind).toBe(
    'refused',
  );
  expect(
    readDestinations(['/a'], { query: '', contentType: 'application/json', body: new Uint8Array([0x7b, 0xff, 0x7d]) })
      .kind,
  ).toBe('refused');
});
