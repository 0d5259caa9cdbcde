import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cutFiles, signedHeadSchema } from '@clawhold/ledger';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { cutDesk } from './cut-desk.ts';
import { HeadFolder, readHeads } from './head-folder.ts';
import { makeTestLedger, type TestLedger } from './testing/database.ts';
import { makeEvents } from './testing/events.ts';

const withCode = (code: string): unknown => expect.objectContaining({ code });
const cutAfter = (size: number): string =>
  `delete from ledger_batch where size_after > ${size}; delete from ledger_entry where sequence > ${size}`;

/** Ten records in batches of 3, 4 and 3, closed. */
async function makeClosedLedger(): Promise<TestLedger> {
  const made = await makeTestLedger();
  const ledger = await made.open();
  for (const count of [3, 4, 3]) await ledger.append(makeEvents(count));
  await ledger[Symbol.asyncDispose]();
  return made;
}

describe('opening a ledger', () => {
  test(
    verifies('ledger.durable-before-answer', 'catches up when a crash left the head file behind the database'),
    async () => {
      const made = await makeClosedLedger();
      const [first] = await made.attack(
        `select head, encode(signature, 'base64') as signature from ledger_batch where first_sequence = 1`,
      );
      const behind = signedHeadSchema.parse({
        text: first?.['head'],
        signature: String(first?.['signature']).replaceAll('\n', ''),
      });
      await writeFile(join(made.options.headFolder, 'head.json'), `${JSON.stringify(behind)}\n`);
      const ledger = await made.open();
      const [kept] = (await readHeads(made.options.headFolder)).slice(-1);
      expect(kept?.text).toContain('"size":10');
      await ledger.append(makeEvents(1));
      expect(await ledger.verify()).toMatchObject({ kind: 'intact', records: 11, headSource: 'outside' });
    },
  );

  test.each([0, 3, 7])(
    verifies(
      'ledger.cut-tail-stops-appending',
      'is refused when only %i of 10 records are left, until an operator accepts it',
    ),
    async (found) => {
      const made = await makeClosedLedger();
      await made.attack(cutAfter(found));
      await expect(made.open()).rejects.toThrow(withCode('ledger_tail_cut'));
      expect(await made.attack('select 1 from ledger_entry')).toHaveLength(found);
      const ledger = await made.open({
        askAboutCut: async (cut) => ({ cut, by: 'person:operator', reason: 'the backup was older' }),
      });
      const [record] = await made.attack('select * from ledger_entry order by sequence desc limit 1');
      expect(record).toMatchObject({ sequence: String(found + 1), type: 'ledger.cut', actor: 'person:operator' });
      expect(JSON.parse(String(record?.['body']))).toEqual({ found, headSize: 10, reason: 'the backup was older' });
      await ledger.append(makeEvents(12));
      expect(await ledger.verify()).toMatchObject({
        kind: 'intact',
        records: found + 13,
        headSource: 'outside',
        acceptedCuts: [expect.objectContaining({ found, headSize: 10 })],
      });
      await ledger[Symbol.asyncDispose]();
      expect((await made.open()).head?.size).toBe(found + 13);
    },
  );

  test(
    verifies('ledger.cut-tail-stops-appending', 'is refused while appending too: the head outside is asked again'),
    async () => {
      const made = await makeTestLedger();
      const ledger = await made.open({ databasePatience: 100 });
      await ledger.append(makeEvents(3));
      await ledger.append(makeEvents(4));
      await made.attack(cutAfter(3));
      await made.attack(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'clawhold ledger' and datname = current_database()`,
      );
      // The first append may still be sent over the dying connection: it then fails as not stored.
      await expect(ledger.append(makeEvents(1))).rejects.toThrow();
      await expect(ledger.append(makeEvents(1))).rejects.toThrow(withCode('ledger_tail_cut'));
      expect(await made.attack('select 1 from ledger_entry')).toHaveLength(3);
    },
  );

  test(
    verifies('ledger.cut-tail-stops-appending', 'goes on by itself when the operator answers while it runs'),
    async () => {
      const made = await makeTestLedger();
      const configuration = await temporaryFolder();
      const api = await temporaryFolder();
      const desk = cutDesk(api, configuration);
      const ledger = await made.open({ databasePatience: 100, askAboutCut: desk.ask });
      for (const count of [3, 4]) await ledger.append(makeEvents(count));
      await made.attack(cutAfter(3));
      await made.attack(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'clawhold ledger' and datname = current_database()`,
      );
      await expect(ledger.append(makeEvents(1))).rejects.toThrow();
      await expect(ledger.append(makeEvents(1))).rejects.toThrow(withCode('ledger_tail_cut'));
      const cut: unknown = JSON.parse(await readFile(join(api, cutFiles.notice), 'utf8'));
      const acceptance = { cut, by: 'person:operator', reason: 'seen' };
      await writeFile(join(configuration, cutFiles.acceptance), JSON.stringify(acceptance));
      const [receipt] = await ledger.append(makeEvents(1));
      expect(receipt?.sequence).toBe(5);
      expect(await ledger.verify()).toMatchObject({ kind: 'intact', records: 5, headSource: 'outside' });
    },
  );

  test.each([
    ['the last record was removed', 'delete from ledger_entry where sequence = 10'],
    [
      'a record was appended',
      'insert into ledger_entry select 11, time, type, actor, run, session, team, body from ledger_entry where sequence = 10',
    ],
    [
      'the last head was rewritten',
      `update ledger_batch set head = replace(head, '"version":1', '"version": 1') where first_sequence = 8`,
    ],
    [
      'the last signature was rewritten',
      `update ledger_batch set signature = set_byte(signature, 0, 255 - get_byte(signature, 0)) where first_sequence = 8`,
    ],
    [
      'the last tree edge was rewritten',
      `update ledger_batch set frontier = set_byte(frontier, 0, 255 - get_byte(frontier, 0)) where first_sequence = 8`,
    ],
  ])(verifies('ledger.rewritten-lists-and-heads', 'is refused when %s'), async (_, statement) => {
    const made = await makeClosedLedger();
    await made.attack(statement);
    await expect(made.open()).rejects.toThrow(withCode('ledger_tail_altered'));
  });

  test(
    verifies('ledger.rewritten-lists-and-heads', 'is refused with another key, another install, or another history'),
    async () => {
      const made = await makeClosedLedger();
      const other = await makeClosedLedger();
      await expect(made.open({ key: other.options.key })).rejects.toThrow(withCode('ledger_tail_altered'));
      await expect(made.open({ install: 'ins_9876543210' })).rejects.toThrow(withCode('ledger_tail_altered'));
      // Ending where the head outside does, and beyond it.
      for (const last of [3, 4]) {
        await made.attack('truncate ledger_entry, ledger_batch');
        const rewritten = await made.open({ headFolder: await temporaryFolder() });
        for (const count of [3, 4, last]) await rewritten.append(makeEvents(count, 100));
        await rewritten[Symbol.asyncDispose]();
        await expect(made.open()).rejects.toThrow(withCode('ledger_tail_altered'));
      }
    },
  );
});

describe('the folder of heads', () => {
  test(verifies('ledger.cut-tail', 'still has the history when head.json was deleted'), async () => {
    const made = await makeClosedLedger();
    await rm(join(made.options.headFolder, 'head.json'));
    await made.attack('truncate ledger_entry, ledger_batch');
    await expect(made.open()).rejects.toThrow(withCode('ledger_tail_cut'));
  });

  test('drops a line of the history that a crash cut short, and goes on', async () => {
    const made = await makeClosedLedger();
    const history = join(made.options.headFolder, 'heads.jsonl');
    const whole = await readFile(history, 'utf8');
    await writeFile(history, `${whole}{"text":"{`);
    const ledger = await made.open();
    await ledger.append(makeEvents(1));
    expect(await readFile(history, 'utf8')).toMatch(/^(\{.*\}\n)+$/);
    expect(await readdir(made.options.headFolder)).toEqual(['head.json', 'heads.jsonl']);
  });

  test('is refused when a head in it is damaged', async () => {
    const path = await temporaryFolder();
    await writeFile(join(path, 'head.json'), '{"text":"{}","signature":""}\n');
    await expect(HeadFolder.open(path)).rejects.toThrow(withCode('ledger_heads_unreadable'));
  });
});
