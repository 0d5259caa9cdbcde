import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readHead, verifyConsistency, verifyReceipt } from '@clawhold/ledger';
import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { makeTestLedger } from './testing/database.ts';
import { makeEvents } from './testing/events.ts';

const fromHex = (text: string): Buffer => Buffer.from(text, 'hex');

describe('a ledger', () => {
  test(
    verifies('ledger.durable-before-answer', 'numbers what many callers append, each in its order, and verifies'),
    async () => {
      const { open, attack, options } = await makeTestLedger();
      const ledger = await open({ batchRecords: 16 });
      const receipts = await Promise.all(
        Array.from({ length: 40 }, (_, caller) => ledger.append(makeEvents((caller % 5) + 1, caller * 100))),
      );
      const sequences = receipts.flat().map(({ sequence }) => sequence);
      expect(sequences.toSorted((one, other) => one - other)).toEqual(
        Array.from({ length: 120 }, (_, index) => index + 1),
      );
      for (const [caller, own] of receipts.entries()) {
        const numbers = own.map(({ sequence }) => sequence);
        expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
        const rows = await attack('select body from ledger_entry where sequence = any($1) order by sequence', [
          numbers,
        ]);
        expect(rows.map(({ body }) => JSON.parse(String(body)).steps)).toEqual(
          own.map((_, index) => caller * 100 + index),
        );
      }
      expect(await ledger.verify()).toMatchObject({ kind: 'intact', records: 120, headSource: 'outside' });
      const kept = JSON.parse(await readFile(join(options.headFolder, 'head.json'), 'utf8'));
      expect(readHead(kept)).toEqual(ledger.head);
      const [batches] = await attack(
        'select count(*)::int as count, max(size_after - first_sequence + 1)::int as largest from ledger_batch',
      );
      expect(batches).toMatchObject({ largest: 16 });
    },
  );

  test('goes on where it was closed', async () => {
    const { open } = await makeTestLedger();
    const first = await open();
    await first.append(makeEvents(3));
    await first[Symbol.asyncDispose]();
    const second = await open();
    expect(second.head?.size).toBe(3);
    const [receipt] = await second.append(makeEvents(1));
    expect(receipt?.sequence).toBe(4);
    expect(await second.verify()).toMatchObject({ kind: 'intact', records: 4, headSource: 'outside' });
    await expect(first.append(makeEvents(1))).rejects.toThrow(expect.objectContaining({ code: 'ledger_closed' }));
  });

  test(
    verifies('ledger.durable-before-answer', 'stores what comes after a batch that the database refused'),
    async () => {
      const { open, attack } = await makeTestLedger();
      await attack(`alter table ledger_entry add constraint refused check (body not like '%"steps":13}')`);
      // Batches of two: the second is full, and sealed onto the first, before the first is refused.
      const ledger = await open({ batchRecords: 2 });
      const appends = [12, 20, 30, 40].map((first) => ledger.append(makeEvents(2, first)));
      const outcomes = await Promise.allSettled(appends);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
      expect(outcomes[0]).toMatchObject({ reason: { code: 'ledger_not_stored' } });
      expect(await ledger.verify()).toMatchObject({ kind: 'intact', records: 6, headSource: 'outside' });
    },
  );

  test(
    verifies('ledger.canonical-json', 'refuses a body that cannot be recorded exactly, and takes the next'),
    async () => {
      const { open } = await makeTestLedger();
      const ledger = await open();
      const event = { type: 'run.ended', actor: 'api', run: null, body: { steps: Number.NaN } };
      await expect(ledger.append([event])).rejects.toThrow(expect.objectContaining({ code: 'input_not_canonical' }));
      const body = { text: '\u0000 "\\ {},} \ud83d\ude00 \n', '': null };
      await ledger.append([{ ...event, session: 'ses_0123456789', team: 'red', body }]);
      expect(await ledger.verify()).toMatchObject({ kind: 'intact', records: 1 });
    },
  );

  test(verifies('ledger.time-never-goes-back', 'keeps its time when the clock goes back'), async () => {
    const { open, attack } = await makeTestLedger();
    const clock = [new Date('2026-05-05'), new Date('2026-01-01')];
    const ledger = await open({ now: () => clock.shift() ?? new Date('2026-02-02') });
    for (let append = 0; append < 3; append += 1) await ledger.append(makeEvents(1));
    const rows = await attack('select time from ledger_entry order by sequence');
    expect(new Set(rows.map(({ time }) => time))).toEqual(new Set(['2026-05-05T00:00:00.000Z']));
  });

  test(
    verifies('ledger.receipt-offline', 'proves each record, and that each head continues the one before'),
    async () => {
      const { open, options } = await makeTestLedger();
      const ledger = await open();
      const sizes = [0];
      for (const count of [3, 1, 5, 2, 7]) {
        await ledger.append(makeEvents(count));
        sizes.push((sizes.at(-1) ?? 0) + count);
      }
      for (let sequence = 1; sequence <= 18; sequence += 1) {
        const verification = verifyReceipt(await ledger.proveInclusion(sequence), options.key.verifying);
        expect(verification).toMatchObject({ kind: 'included', record: { sequence } });
      }
      for (const first of sizes.slice(1))
        for (const second of sizes.filter((size) => size >= first)) {
          const proof = await ledger.proveConsistency(first, second);
          const [one, two] = [readHead(proof.first), readHead(proof.second)];
          if (one === undefined || two === undefined) throw new Error('both are heads');
          const trees = {
            first: { size: first, root: fromHex(one.root) },
            second: { size: second, root: fromHex(two.root) },
          };
          expect(verifyConsistency({ ...trees, path: proof.path.map(fromHex) })).toBe(true);
        }
      await expect(ledger.proveInclusion(19)).rejects.toThrow(
        expect.objectContaining({ code: 'state_record_not_found' }),
      );
    },
  );

  test(verifies('ledger.one-writer', 'is refused to a second process while the first has it'), async () => {
    const { open } = await makeTestLedger();
    const first = await open();
    await expect(open({ lockPatience: 50 })).rejects.toThrow(expect.objectContaining({ code: 'ledger_in_use' }));
    await first.append(makeEvents(1));
    const waiting = open();
    await first[Symbol.asyncDispose]();
    const [receipt] = await (await waiting).append(makeEvents(1));
    expect(receipt?.sequence).toBe(2);
  });
});
