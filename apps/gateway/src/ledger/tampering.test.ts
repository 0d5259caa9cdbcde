import { rm } from 'node:fs/promises';
import { verifyExport } from '@clawhold/ledger';
import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { readHeads } from './head-folder.ts';
import type { Ledger } from './ledger.ts';
import { makeTestLedger, type TestLedger } from './testing/database.ts';
import { makeEvents } from './testing/events.ts';

/** Ten records in batches of 3, 4 and 3. */
async function makeTenRecords(): Promise<TestLedger & { readonly ledger: Ledger }> {
  const made = await makeTestLedger();
  const ledger = await made.open();
  for (const count of [3, 4, 3]) await ledger.append(makeEvents(count));
  return { ...made, ledger };
}

const dropKey = 'alter table ledger_entry drop constraint ledger_entry_pkey';

describe('a superuser of the database who', () => {
  test.each([
    [
      'changed a body',
      `update ledger_entry set body = '{"state":"failed","steps":4}' where sequence = 5`,
      5,
      'changed',
    ],
    [
      'changed a body in its spelling only',
      `update ledger_entry set body = body || ' ' where sequence = 5`,
      5,
      'changed',
    ],
    ['changed an actor', `update ledger_entry set actor = 'person:boss' where sequence = 2`, 2, 'changed'],
    ['changed a time', `update ledger_entry set time = replace(time, 'Z', '0Z') where sequence = 1`, 1, 'changed'],
    [
      'put a column into the body',
      `update ledger_entry set run = null, body = body || ',"run":"run_0123456789"' where sequence = 3`,
      3,
      'changed',
    ],
    [
      'put a line into the body',
      `update ledger_entry set body = E'{}\\n{"actor":1}' where sequence = 10`,
      10,
      'changed',
    ],
    ['removed a record', 'delete from ledger_entry where sequence = 6', 6, 'removed'],
    [
      'removed a record and moved the rest up',
      'delete from ledger_entry where sequence = 6; update ledger_entry set sequence = sequence - 1 where sequence > 6',
      6,
      'removed',
    ],
    [
      'inserted a record',
      `${dropKey}; update ledger_entry set sequence = sequence + 1 where sequence >= 4; insert into ledger_entry select 4, time, type, 'person:boss', run, session, team, body from ledger_entry where sequence = 1`,
      4,
      'inserted',
    ],
    [
      'inserted a record under a taken sequence',
      `${dropKey}; insert into ledger_entry select 7, time, type, 'person:boss', run, session, team, body from ledger_entry where sequence = 1`,
      7,
      'inserted',
    ],
    [
      'inserted a record before the first',
      `insert into ledger_entry select -1, time, type, actor, run, session, team, body from ledger_entry where sequence = 1`,
      -1,
      'inserted',
    ],
    [
      'appended a record',
      'insert into ledger_entry select 11, time, type, actor, run, session, team, body from ledger_entry where sequence = 10',
      11,
      'inserted',
    ],
    [
      'exchanged two records',
      `${dropKey}; update ledger_entry set sequence = 11 - sequence where sequence in (2, 9)`,
      2,
      'reordered',
    ],
    [
      'rewrote a leaf list',
      `update ledger_batch set leaf_hashes = set_byte(leaf_hashes, 33, 255 - get_byte(leaf_hashes, 33)) where first_sequence = 4`,
      5,
      'changed',
    ],
    [
      'rewrote a record and its leaf list',
      `update ledger_entry set body = '{}' where sequence = 5; update ledger_batch set leaf_hashes = set_byte(leaf_hashes, 33, 255 - get_byte(leaf_hashes, 33)) where first_sequence = 4`,
      4,
      'changed',
    ],
    [
      'rewrote a tree edge',
      `update ledger_batch set frontier = set_byte(frontier, 0, 255 - get_byte(frontier, 0)) where first_sequence = 4`,
      4,
      'changed',
    ],
    [
      'rewrote a head',
      `update ledger_batch set head = replace(head, '"size":7', '"size":6'), size_after = 6 where first_sequence = 4`,
      4,
      'forged head',
    ],
    [
      'rewrote a signature',
      `update ledger_batch set signature = set_byte(signature, 0, 255 - get_byte(signature, 0)) where first_sequence = 1`,
      1,
      'forged head',
    ],
    [
      'put a good signature under another head',
      `update ledger_batch set signature = (select signature from ledger_batch where first_sequence = 1) where first_sequence = 4`,
      4,
      'forged head',
    ],
    ['removed a batch', 'delete from ledger_batch where first_sequence = 4', 4, 'removed'],
    [
      'removed a batch with its records',
      'delete from ledger_batch where first_sequence = 4; delete from ledger_entry where sequence between 4 and 7',
      4,
      'removed',
    ],
    [
      'cut the tail',
      'delete from ledger_batch where first_sequence = 8; delete from ledger_entry where sequence > 7',
      8,
      'cut tail',
    ],
    ['emptied the ledger', 'truncate ledger_entry, ledger_batch', 1, 'cut tail'],
  ])(verifies('ledger.names-first-bad-record', '%s is found out'), async (_, statement, firstBad, what) => {
    const { ledger, attack } = await makeTenRecords();
    expect(await ledger.verify()).toMatchObject({ kind: 'intact', records: 10 });
    await attack(statement);
    expect(await ledger.verify()).toMatchObject({ kind: 'altered', firstBad, what });
  });

  test(verifies('ledger.names-first-bad-record', 'put two records into one row is found out'), async () => {
    const { ledger, attack } = await makeTenRecords();
    // Row 6 now spells the end of record 5, a line feed and the beginning of record 6: exported as it stands, it would
    // be the two lines that were signed.
    await attack(`
      update ledger_entry set body = (
        select body || ',"run":"' || run || '","sequence":5,"session":null,"team":null,"time":"' || time
          || '","type":"' || type || '"}' || chr(10) || '{"actor":"' || actor || '","body":'
        from ledger_entry where sequence = 5
      ) || body where sequence = 6`);
    await attack('delete from ledger_entry where sequence = 5');
    expect(await ledger.verify()).toMatchObject({ kind: 'altered', firstBad: 5, what: 'removed' });
  });

  test(
    verifies('ledger.cut-tail', 'cut the tail is not found out without a head outside, and that is said'),
    async () => {
      const { ledger, attack, options } = await makeTenRecords();
      await attack('delete from ledger_batch where first_sequence = 8; delete from ledger_entry where sequence > 7');
      await rm(options.headFolder, { recursive: true });
      expect(await ledger.verify()).toMatchObject({ kind: 'intact', records: 7, headSource: 'database only' });
    },
  );
});

describe('a part of the ledger', () => {
  test('is exported from batch to batch, and verifies by itself', async () => {
    const { ledger, attack, options } = await makeTenRecords();
    const verify = async (range: { readonly from?: number; readonly to?: number }): Promise<unknown> =>
      verifyExport(ledger.exportEntries(range), {
        heads: await readHeads(options.headFolder),
        key: options.key.verifying,
      });
    expect(await verify({ from: 5 })).toMatchObject({ kind: 'intact', records: 7, headSource: 'outside' });
    expect(await verify({ from: 5, to: 6 })).toMatchObject({ kind: 'intact', records: 4, head: { size: 7 } });
    expect(await verify({ to: 2 })).toMatchObject({ kind: 'intact', records: 3 });
    await attack(`update ledger_entry set actor = 'x' where sequence = 6`);
    expect(await verify({ from: 5 })).toMatchObject({ kind: 'altered', firstBad: 6, what: 'changed' });
    expect(await verify({ from: 8 })).toMatchObject({ kind: 'intact', records: 3 });
  });
});
