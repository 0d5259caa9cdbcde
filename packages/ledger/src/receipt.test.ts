import { generateKeyPairSync } from 'node:crypto';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Frontier } from './frontier.ts';
import { splitHashes } from './hash.ts';
import { hashRanges } from './proof-path.ts';
import { inclusionRanges } from './range.ts';
import { type InclusionReceipt, inclusionReceiptSchema, verifyReceipt } from './receipt.ts';
import { recordLine } from './record.ts';
import { verifyingKey } from './signing-key.ts';
import { makeLedger, place, verifying } from './test-ledger.ts';

function receiptOf(split: readonly number[], at: number): InclusionReceipt {
  const { entries, batches } = makeLedger(split);
  const record = entries[at];
  const head = batches.at(-1)?.head;
  if (record === undefined || head === undefined) throw new Error('the record is in the ledger');
  const leaves = batches.flatMap((batch) => splitHashes(batch.leaves) ?? []);
  const path = hashRanges(inclusionRanges(at, entries.length), { before: Frontier.empty(), leaves });
  return { version: 1, record: recordLine(record), head, path: path.map((hash) => Buffer.from(hash).toString('hex')) };
}

describe('a receipt', () => {
  test(
    verifies('ledger.receipt-offline', 'proves its record with the public key alone, also after a trip as JSON'),
    () => {
      fc.assert(
        fc.property(place, ({ split, at }) => {
          const receipt = inclusionReceiptSchema.parse(JSON.parse(JSON.stringify(receiptOf(split, at))));
          expect(verifyReceipt(receipt, verifying)).toMatchObject({ kind: 'included', record: { sequence: at + 1 } });
        }),
        { numRuns: scale(60) },
      );
    },
  );

  test(verifies('ledger.receipt-offline', 'proves no other record, place, head or key'), () => {
    const good = receiptOf([3, 4], 2);
    const other = verifyingKey(generateKeyPairSync('ed25519').publicKey);
    const wrong: readonly InclusionReceipt[] = [
      { ...good, record: good.record.replace('true', 'false') },
      { ...good, record: good.record.replace('"sequence":3', '"sequence":4') },
      { ...good, record: 'no record' },
      { ...good, head: receiptOf([3, 5], 2).head },
      { ...good, head: { ...good.head, text: good.head.text.replace('"size":7', '"size":8') } },
      { ...good, path: good.path.slice(1) },
      { ...good, path: good.path.toReversed() },
    ];
    expect(verifyReceipt(good, other)).toMatchObject({ kind: 'not proved' });
    for (const receipt of wrong) expect(verifyReceipt(receipt, verifying)).toMatchObject({ kind: 'not proved' });
  });
});
