import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sealBatch, type Tail } from './batch.ts';
import { prepareRecord } from './record.ts';
import { install, key, makeLedger, place, type Rows, verifyRows } from './test-ledger.ts';
import type { SignedHead } from './tree-head.ts';

const runs = { numRuns: scale(60) };

const cut = (rows: Rows, batches: number): Rows => {
  const kept = rows.batches.slice(0, batches);
  return { batches: kept, entries: rows.entries.slice(0, kept.at(-1)?.size ?? 0) };
};
const lastHead = ({ tail }: { readonly tail: Tail }): readonly SignedHead[] => (tail.head === null ? [] : [tail.head]);

describe('heads kept outside', () => {
  test(
    verifies('ledger.cut-tail', 'show a cut tail at any batch; without them it cannot be seen, and that is said'),
    async () => {
      await fc.assert(
        fc.asyncProperty(place, async ({ split, at }) => {
          const ledger = makeLedger(split);
          const rows = cut(ledger, at % split.length);
          const found = rows.entries.length;
          expect(await verifyRows(rows, lastHead(ledger))).toMatchObject({
            kind: 'altered',
            what: 'cut tail',
            firstBad: found + 1,
          });
          expect(await verifyRows(rows)).toMatchObject({ kind: 'intact', records: found, headSource: 'database only' });
          expect(await verifyRows(ledger, lastHead(ledger))).toMatchObject({ kind: 'intact', headSource: 'outside' });
        }),
        runs,
      );
    },
  );

  test(
    verifies('ledger.cut-tail', 'may be behind the database, as after a crash between commit and head file'),
    async () => {
      const ledger = makeLedger([2, 3, 4]);
      const heads = ledger.batches.slice(0, 2).map(({ head }) => head);
      expect(await verifyRows(ledger, heads)).toMatchObject({ kind: 'intact', records: 9, headSource: 'outside' });
    },
  );

  test(verifies('ledger.cut-tail', 'show a ledger that was put back and continued with the right key'), async () => {
    const ledger = makeLedger([2, 3, 4]);
    const before = makeLedger([2, 3]);
    const after = makeLedger([4, 1], before.tail, 'another history');
    const rows = { entries: [...before.entries, ...after.entries], batches: [...before.batches, ...after.batches] };
    const heads = ledger.batches.map(({ head }) => head);
    expect(await verifyRows(rows, heads)).toMatchObject({
      kind: 'altered',
      what: 'cut tail',
      firstBad: 6,
      provedExactly: false,
    });
  });

  test(
    verifies('ledger.cut-tail-stops-appending', 'are excused for a cut that the ledger itself records'),
    async () => {
      const ledger = makeLedger([2, 3, 4]);
      const before = makeLedger([2, 3]);
      const event = prepareRecord({
        type: 'ledger.cut',
        actor: 'person:operator',
        run: null,
        body: { found: 5, headSize: 9 },
      });
      const accepted = sealBatch(before.tail, [event], { time: '2026-01-02T03:04:05.678Z', install, key });
      const rows = { entries: [...before.entries, ...accepted.records], batches: [...before.batches, accepted.batch] };
      const heads = [...ledger.batches.map(({ head }) => head), accepted.batch.head];
      expect(await verifyRows(rows, heads)).toMatchObject({
        kind: 'intact',
        records: 6,
        headSource: 'outside',
        acceptedCuts: [{ found: 5, headSize: 9 }],
      });
      // A second cut, after the accepted one, is not excused by it.
      const more = makeLedger([4], accepted.tail);
      const second = [...heads, ...more.batches.map(({ head }) => head)];
      expect(await verifyRows(rows, second)).toMatchObject({ kind: 'altered', what: 'cut tail', firstBad: 7 });
    },
  );

  test(verifies('ledger.cut-tail', 'are findings themselves when the key did not sign them'), async () => {
    const ledger = makeLedger([2, 3]);
    const [head] = lastHead(ledger);
    const forged = { text: head?.text.replace('"size":5', '"size":2') ?? '', signature: head?.signature ?? '' };
    expect(await verifyRows(ledger, [forged])).toMatchObject({ kind: 'altered', what: 'forged head' });
  });
});
