import { randomUUID } from 'node:crypto';
import { cloneDatabase, type TestDatabase } from '@clawhold/testkit';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { dropDatabase, ensureDatabase, ensureRoles } from './administration.ts';

async function query(url: string, statement: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Roles belong to the whole cluster, which other test files use too. */
async function prepare(): Promise<{ database: TestDatabase; role: string }> {
  const database = await cloneDatabase();
  const role = `role "${randomUUID()}"`;
  onTestFinished(async () => {
    await database[Symbol.asyncDispose]();
    await query(database.adminUrl, `drop role if exists ${pg.escapeIdentifier(role)}`);
  });
  return { database, role };
}

test('a role signs in with its password, can do nothing else, and gets another one', async () => {
  const { database, role } = await prepare();
  await ensureRoles(database.adminUrl, [{ name: role, password: "it's $ecret" }]);
  await ensureDatabase(database.adminUrl, { name: database.name, connect: [role] });
  const url = database.urlFor(role, "it's $ecret");
  expect(await query(url, 'select rolsuper, rolcreaterole, rolcreatedb from pg_roles where rolname = user')).toEqual([
    { rolsuper: false, rolcreaterole: false, rolcreatedb: false },
  ]);
  await expect(query(url, 'create table public.mine (id int)')).rejects.toThrow('permission denied');

  await ensureRoles(database.adminUrl, [{ name: role, password: 'second' }]);
  await expect(query(url, 'select 1')).rejects.toThrow('password');
  expect(await query(database.urlFor(role, 'second'), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('saying the same password again changes nothing', async () => {
  const { database, role } = await prepare();
  const stored = (): Promise<readonly unknown[]> =>
    query(database.adminUrl, `select rolpassword from pg_authid where rolname = ${pg.escapeLiteral(role)}`);
  await ensureRoles(database.adminUrl, [{ name: role, password: 'same' }]);
  const before = await stored();
  await ensureRoles(database.adminUrl, [{ name: role, password: 'same' }]);
  expect(await stored()).toEqual(before);
});

test('a database is closed to roles that it does not name', async () => {
  const { database, role } = await prepare();
  await ensureRoles(database.adminUrl, [{ name: role, password: 'p' }]);
  await expect(query(database.urlFor(role, 'p'), 'select 1')).rejects.toThrow('permission denied for database');
});

test('a database is made once, from its template and for its owner', async () => {
  const { database, role } = await prepare();
  await ensureRoles(database.adminUrl, [{ name: role, password: 'p' }]);
  await query(database.url, 'create table mark (id int)');
  const name = `${database.name}_copy`;
  onTestFinished(() => dropDatabase(database.adminUrl, name));
  for (let repeat = 0; repeat < 2; repeat++)
    await ensureDatabase(database.adminUrl, { name, owner: role, template: database.name });
  const url = new URL(database.urlFor(role, 'p'));
  url.pathname = `/${name}`;
  expect(await query(url.href, "select to_regclass('mark')::text as found")).toEqual([{ found: 'mark' }]);
  await dropDatabase(database.adminUrl, name);
});
