import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Verification } from '@clawhold/ledger';
import { makeProductPlace, type Product, type ProductPlace, startProduct, verifies } from '@clawhold/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { notAllMet, printed } from './answers.ts';
import { connectSuperuser } from './superuser.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

let place: ProductPlace;
let product: Product;
let superuser: pg.Client;

beforeAll(async () => {
  place = await makeProductPlace();
  product = await startProduct(place);
  const folder = join(place.folder, 'work');
  await mkdir(folder);
  const run = await place.cli('run', 'Look around.', '--dir', folder, '--json');
  if (run.status !== notAllMet) throw new Error(run.stdout + run.stderr);
  superuser = await connectSuperuser(product);
  await untilSilent();
});
afterAll(async () => {
  await superuser?.end();
  await product?.stop();
  await place?.[Symbol.asyncDispose]();
});

/**
 * Waits until nothing is appended any more: what a run read is counted up to a second after its end, and an entry that
 * comes between a tampering and its taking back would be lost with it.
 */
async function untilSilent(): Promise<void> {
  const size = async (): Promise<string> =>
    (await superuser.query('select count(*) from ledger_entry')).rows[0].count as string;
  for (let before = ''; before !== (await size()); await setTimeout(3_000)) before = await size();
}

async function verify(): Promise<{ readonly status: number | null; readonly found: Verification }> {
  const result = await place.cli('audit', 'verify', '--json');
  return { status: result.status, found: printed<Verification>(result) };
}

/** Lets the superuser do something to the ledger, verifies it, and takes that back. */
async function afterTampering(...statements: readonly string[]): Promise<Verification> {
  await superuser.query('create table kept_entry as table ledger_entry');
  await superuser.query('create table kept_batch as table ledger_batch');
  try {
    for (const statement of statements) await superuser.query(statement);
    const { status, found } = await verify();
    expect(status).toBe(found.kind === 'altered' ? 1 : 0);
    return found;
  } finally {
    await superuser.query('begin; truncate ledger_entry, ledger_batch');
    await superuser.query('insert into ledger_entry table kept_entry');
    await superuser.query('insert into ledger_batch table kept_batch; commit');
    await superuser.query('drop table kept_entry, kept_batch');
  }
}

test(verifies('product.altered-ledger-named', 'untouched, the ledger is intact'), async () => {
  const { status, found } = await verify();
  expect(found).toMatchObject({ kind: 'intact', headSource: 'outside' });
  expect(status).toBe(0);
});

test(verifies('product.altered-ledger-named', 'a changed record is named'), async () => {
  const change = `update ledger_entry set body = replace(body, '"', ' "') where sequence = 3`;
  expect(await afterTampering(change)).toMatchObject({ kind: 'altered', firstBad: 3 });
  const actor = `update ledger_entry set actor = 'person:somebody' where sequence = 5`;
  expect(await afterTampering(actor)).toMatchObject({ kind: 'altered', firstBad: 5 });
});

test(verifies('product.altered-ledger-named', 'a removed record is named'), async () => {
  const remove = 'delete from ledger_entry where sequence = 4';
  expect(await afterTampering(remove)).toMatchObject({ kind: 'altered', firstBad: 4 });
});

test(verifies('product.altered-ledger-named', 'an inserted record is named'), async () => {
  const shift = 'update ledger_entry set sequence = -(sequence + 1) where sequence >= 4';
  const back = 'update ledger_entry set sequence = -sequence where sequence < 0';
  const insert =
    'insert into ledger_entry select 4, time, type, actor, run, session, team, body from ledger_entry where sequence = 2';
  expect(await afterTampering(shift, back, insert)).toMatchObject({ kind: 'altered', firstBad: 4 });
});

test(verifies('product.altered-ledger-named', 'records in another order are named'), async () => {
  const swap = 'update ledger_entry set sequence = case sequence when 2 then -6 else -2 end where sequence in (2, 6)';
  const back = 'update ledger_entry set sequence = -sequence where sequence < 0';
  expect(await afterTampering(swap, back)).toMatchObject({ kind: 'altered', firstBad: 2 });
});

test(verifies('product.altered-ledger-named', 'a cut end is seen by the head that is kept outside'), async () => {
  const last = 'select max(first_sequence) from ledger_batch';
  const cut = [
    `delete from ledger_entry where sequence >= (${last})`,
    `delete from ledger_batch where first_sequence = (${last})`,
  ];
  expect(await afterTampering(...cut)).toMatchObject({
    kind: 'altered',
    explanation: expect.stringMatching(/cut|missing|end/i),
  });
});

test(verifies('product.altered-ledger-named', 'after all that the ledger is intact again'), async () => {
  expect((await verify()).found).toMatchObject({ kind: 'intact', headSource: 'outside' });
});
