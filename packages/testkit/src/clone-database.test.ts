import pg from 'pg';
import { expect, test } from 'vitest';
import { cloneDatabase } from './clone-database.ts';

async function query(url: string, statement: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

test('two clones do not see each other', async () => {
  await using first = await cloneDatabase();
  await using second = await cloneDatabase();
  await query(first.url, 'create table mark (id int)');
  expect(await query(first.url, 'select * from mark')).toEqual([]);
  await expect(query(second.url, 'select * from mark')).rejects.toThrow('does not exist');
});

test('a clone is gone after its disposal', async () => {
  const clone = await cloneDatabase();
  await clone[Symbol.asyncDispose]();
  await expect(query(clone.url, 'select 1')).rejects.toThrow('does not exist');
});
