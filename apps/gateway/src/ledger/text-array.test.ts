import { cloneDatabase, scale } from '@clawhold/testkit';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textArray } from './text-array.ts';

let client: pg.Client;

beforeAll(async () => {
  client = new pg.Client({ connectionString: (await cloneDatabase()).url });
  await client.connect();
});
afterAll(() => client.end());

async function readBack(list: readonly (string | null)[]): Promise<unknown> {
  const { rows } = await client.query('select $1::text[] as list, array_ndims($1::text[]) as dimensions', [
    textArray(list),
  ]);
  return rows[0];
}

test('PostgreSQL reads every list as it was written', async () => {
  // What the type text cannot hold never reaches it: names have no control characters, canonical JSON escapes them.
  const element = fc.option(fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')));
  const lists = fc.asyncProperty(fc.array(element, { minLength: 1, maxLength: 40 }), async (list) => {
    expect(await readBack(list)).toEqual({ list, dimensions: 1 });
  });
  await fc.assert(lists, { numRuns: scale(100) });
});

test.each([
  ['looks like the text form of lists', ['{', '}', ',', '"', '\\', 'NULL', 'null', '']],
  ['is not of this alphabet', ['記錄', '😀', 'é']],
  ['is long', ['x'.repeat(1_000_000), null]],
])('PostgreSQL reads text that %s', async (_, list) => {
  expect(await readBack(list)).toEqual({ list, dimensions: 1 });
});
