import { cloneDatabase, verifies } from '@clawhold/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { databaseRoles } from './roles.ts';

let client: pg.Client;

beforeAll(async () => {
  client = new pg.Client({ connectionString: (await cloneDatabase()).url });
  await client.connect();
});

afterAll(() => client.end());

/** Runs a statement as a role, and takes it back. */
async function as(role: string, statement: string): Promise<unknown> {
  await client.query('begin');
  try {
    await client.query(`set local role ${role}`);
    return (await client.query(statement)).rowCount;
  } finally {
    await client.query('rollback');
  }
}

const insertEntry = `insert into ledger_entry values (1, '2026-01-02T03:04:05.678Z', 'run.ended', 'api', null, null, null, '{}')`;
const insertBatch = `insert into ledger_batch values (1, 1, '', '', '', '')`;
const denied = expect.objectContaining({ code: '42501' });

describe('the role of the api', () => {
  test.each([insertEntry, insertBatch, 'select * from ledger_entry', 'select * from ledger_batch'])(
    verifies('ledger.insert-only-role', 'may %s'),
    async (statement) => {
      await expect(as(databaseRoles.api, statement)).resolves.toBeTypeOf('number');
    },
  );

  test.each(
    ['ledger_entry', 'ledger_batch'].flatMap((table) => [
      `update ${table} set ${table === 'ledger_entry' ? "body = ''" : "head = ''"}`,
      `delete from ${table}`,
      `truncate ${table}`,
      `drop table ${table}`,
      `alter table ${table} disable trigger all`,
      `create index on ${table} (${table === 'ledger_entry' ? 'sequence' : 'first_sequence'})`,
      `lock table ${table} in access exclusive mode`,
    ]),
  )(verifies('ledger.insert-only-role', 'may not %s'), async (statement) => {
    await expect(as(databaseRoles.api, statement)).rejects.toThrow(denied);
  });
});

describe('the role of the worker', () => {
  test.each([
    'select * from ledger_entry',
    'select * from ledger_batch',
    insertEntry,
    insertBatch,
    'delete from ledger_entry',
  ])(verifies('ledger.insert-only-role', 'may not %s'), async (statement) => {
    await expect(as(databaseRoles.worker, statement)).rejects.toThrow(denied);
  });
});

describe('migrating', () => {
  test('can be repeated, and done by two at a time', async () => {
    const { url } = await cloneDatabase();
    await Promise.all([migrate(url), migrate(url)]);
  });

  test('says in one sentence that there is no database', async () => {
    const { urlFor } = await cloneDatabase();
    const refused = expect.objectContaining({ code: 'database_unreachable' });
    await expect(migrate(urlFor('nobody', 'wrong'))).rejects.toThrow(refused);
  });
});
