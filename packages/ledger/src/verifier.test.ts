import { generateKeyPairSync } from 'node:crypto';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Batch, emptyTail, sealBatch } from './batch.ts';
import type { ReadRecord, StoredRecord } from './record.ts';
import { signingKey } from './signing-key.ts';
import {
  exportRows,
  foreign,
  inChunks,
  install,
  key,
  makeLedger,
  place,
  prepared,
  type Rows,
  renumber,
  sizes,
  verifying,
  verifyRows,
} from './test-ledger.ts';
import { readHead, signHead } from './tree-head.ts';
import type { Alteration } from './verification.ts';
import { verifyExport } from './verify-export.ts';

const thiefKey = signingKey(generateKeyPairSync('ed25519').privateKey);
const runs = { numRuns: scale(60) };

async function expectAltered(rows: Rows, firstBad: number, what: Alteration, provedExactly = true): Promise<void> {
  expect(await verifyRows(rows)).toMatchObject({ kind: 'altered', firstBad, what, provedExactly });
}

const flip = (bytes: Uint8Array, at: number): Uint8Array => Buffer.from(bytes).fill((bytes[at] ?? 0) ^ 1, at, at + 1);
const batchAt = ({ batches }: Rows, at: number): { readonly index: number; readonly batch: Batch } => {
  const index = batches.findIndex(({ size }) => size > at);
  const batch = batches[index];
  if (batch === undefined) throw new Error('the record is in a batch');
  return { index, batch };
};

describe('a ledger as it was signed', () => {
  test(
    verifies('ledger.tree-is-rfc-9162', 'is intact, and has one root however it was split into batches'),
    async () => {
      await fc.assert(
        fc.asyncProperty(sizes, fc.integer({ min: 1, max: 700 }), async (split, chunk) => {
          const ledger = makeLedger(split);
          const records = ledger.entries.length;
          const verified = await verifyRows(ledger, [], chunk);
          expect(verified).toMatchObject({ kind: 'intact', records, headSource: 'database only' });
          expect(ledger.tail.frontier.root()).toEqual(makeLedger([records]).tail.frontier.root());
        }),
        runs,
      );
    },
  );

  test('is intact when it is empty', async () => {
    expect(await verifyRows({ entries: [], batches: [] })).toMatchObject({ kind: 'intact', records: 0, head: null });
  });

  test(verifies('ledger.time-never-goes-back', 'holds its time when the clock goes back'), () => {
    const late = sealBatch(emptyTail, [prepared('one')], { time: '2026-05-05T00:00:00.000Z', install, key });
    const early = sealBatch(late.tail, [prepared('two')], { time: '2026-01-01T00:00:00.000Z', install, key });
    expect(early.records[0]?.time).toBe('2026-05-05T00:00:00.000Z');
  });

  test('is not judged from what is no export', async () => {
    const refused = expect.objectContaining({ code: 'input_not_an_export' });
    await expect(verifyExport(inChunks('', 10), { heads: [], key: verifying })).rejects.toThrow(refused);
    await expect(verifyExport(inChunks('PK\u0003\u0004', 10), { heads: [], key: verifying })).rejects.toThrow(refused);
  });
});

describe('one altered record', () => {
  const column = fc.constantFrom<Partial<StoredRecord>>(
    { actor: 'person:boss' },
    { type: 'run.ended' },
    { time: '2026-01-02T03:04:05.679Z' },
    { run: 'run_0000000000' },
    { session: 'ses_0000000000' },
    { team: 'other' },
    { body: '{"text":"false"}' },
    { body: '{"text":"false"} ' },
    { body: '"{}"' },
  );

  test(verifies('ledger.names-first-bad-record', 'is named when any of its columns was changed'), async () => {
    await fc.assert(
      fc.asyncProperty(place, column, async ({ split, at }, change) => {
        const { entries, batches } = makeLedger(split);
        await expectAltered(
          { batches, entries: entries.map((entry, index) => (index === at ? { ...entry, ...change } : entry)) },
          at + 1,
          'changed',
        );
      }),
      runs,
    );
  });

  test(
    verifies('ledger.names-first-bad-record', 'is named when it was removed, also when later ones were moved up'),
    async () => {
      await fc.assert(
        fc.asyncProperty(place, async ({ split, at }) => {
          const { entries, batches } = makeLedger(split);
          const rest = entries.toSpliced(at, 1);
          await expectAltered({ batches, entries: rest }, at + 1, 'removed');
          await expectAltered({ batches, entries: renumber(rest) }, at + 1, 'removed');
        }),
        runs,
      );
    },
  );

  test(
    verifies('ledger.names-first-bad-record', 'is named when one was inserted, with and without moving others'),
    async () => {
      await fc.assert(
        fc.asyncProperty(place, fc.boolean(), async ({ split, at }, isFirst) => {
          const { entries, batches } = makeLedger(split);
          const position = at + (isFirst ? 0 : 1);
          await expectAltered({ batches, entries: renumber(entries.toSpliced(at, 0, foreign(0))) }, at + 1, 'inserted');
          // A second row with one sequence: the primary key was dropped. Either may be read first.
          await expectAltered(
            { batches, entries: entries.toSpliced(position, 0, foreign(at + 1)) },
            at + 1,
            'inserted',
          );
          await expectAltered(
            { batches, entries: [...entries, foreign(entries.length + 1)] },
            entries.length + 1,
            'inserted',
          );
          await expectAltered({ batches, entries: [foreign(0), ...entries] }, 0, 'inserted');
        }),
        runs,
      );
    },
  );

  test(verifies('ledger.names-first-bad-record', 'is named when two were exchanged or one was moved'), async () => {
    await fc.assert(
      fc.asyncProperty(
        place.filter(({ at, other }) => at !== other),
        async ({ split, at, other }) => {
          const { entries, batches } = makeLedger(split);
          const [one, two] = [entries[at], entries[other]];
          if (one === undefined || two === undefined) throw new Error('both places are in the ledger');
          const firstBad = Math.min(at, other) + 1;
          await expectAltered(
            { batches, entries: renumber(entries.with(at, two).with(other, one)) },
            firstBad,
            'reordered',
          );
          await expectAltered(
            { batches, entries: renumber(entries.toSpliced(at, 1).toSpliced(other, 0, one)) },
            firstBad,
            'reordered',
          );
        },
      ),
      runs,
    );
  });

  test(
    verifies('ledger.names-first-bad-record', 'is named when a copy of a later one was written over it'),
    async () => {
      await fc.assert(
        fc.asyncProperty(
          place.filter(({ at, other }) => at < other),
          async ({ split, at, other }) => {
            const { entries, batches } = makeLedger(split);
            const copy = entries[other];
            if (copy === undefined) throw new Error('the place is in the ledger');
            await expectAltered({ batches, entries: renumber(entries.with(at, copy)) }, at + 1, 'changed');
          },
        ),
        runs,
      );
    },
  );
});

describe('an altered batch', () => {
  test(
    verifies(
      'ledger.rewritten-lists-and-heads',
      'is named when only the leaf hash of a record was rewritten, and the record cleared',
    ),
    async () => {
      await fc.assert(
        fc.asyncProperty(place, async ({ split, at }) => {
          const ledger = makeLedger(split);
          const { index, batch } = batchAt(ledger, at);
          const leaves = flip(batch.leaves, (at + 1 - batch.first) * 32);
          const rows = { entries: ledger.entries, batches: ledger.batches.with(index, { ...batch, leaves }) };
          await expectAltered(rows, at + 1, 'changed');
          expect(await verifyRows(rows)).toMatchObject({
            explanation: expect.stringContaining('the records are as they were signed'),
          });
        }),
        runs,
      );
    },
  );

  test(
    verifies(
      'ledger.rewritten-lists-and-heads',
      'is named when record, leaf hash and tree edge were rewritten to match',
    ),
    async () => {
      await fc.assert(
        fc.asyncProperty(place, async ({ split, at }) => {
          const ledger = makeLedger(split);
          const { index, batch } = batchAt(ledger, at);
          const before = makeLedger(split.slice(0, index)).tail;
          const records = ledger.entries
            .slice(batch.first - 1, batch.size)
            .map((entry) => (entry.sequence === at + 1 ? foreign(at + 1) : entry));
          const forged = sealBatch(before, records, { time: '2026-01-02T03:04:05.678Z', install, key });
          const { leaves, frontier } = forged.batch;
          const rows = {
            entries: ledger.entries.with(at, foreign(at + 1)),
            batches: ledger.batches.with(index, { ...batch, leaves, frontier }),
          };
          await expectAltered(rows, batch.first, 'changed', batch.first === batch.size);
        }),
        runs,
      );
    },
  );

  test(verifies('ledger.rewritten-lists-and-heads', 'is named when any of its columns was changed'), async () => {
    const column = fc.constantFrom<{ readonly change: (batch: Batch) => Partial<Batch>; readonly what: Alteration }>(
      { what: 'changed', change: ({ frontier }) => ({ frontier: flip(frontier, 3) }) },
      { what: 'changed', change: ({ frontier }) => ({ frontier: frontier.subarray(32) }) },
      { what: 'changed', change: ({ size }) => ({ size: size + 1 }) },
      { what: 'changed', change: ({ leaves }) => ({ leaves: leaves.subarray(32) }) },
      { what: 'forged head', change: ({ head }) => ({ head: { ...head, text: ` ${head.text}` } }) },
      { what: 'forged head', change: ({ head }) => ({ head: { ...head, text: head.text.replace(':05.', ':06.') } }) },
      {
        what: 'forged head',
        change: ({ head }) => ({ head: { ...head, text: head.text.replace(install, 'ins_9876543210') } }),
      },
      { what: 'forged head', change: ({ head }) => ({ head: { ...head, text: 'no head' } }) },
      {
        what: 'forged head',
        change: ({ head }) => ({ head: { ...head, signature: Buffer.alloc(64, 7).toString('base64') } }),
      },
      { what: 'forged head', change: ({ head }) => ({ head: { ...head, signature: ` ${head.signature}` } }) },
    );
    await fc.assert(
      fc.asyncProperty(place, column, async ({ split, at }, { change, what }) => {
        const ledger = makeLedger(split);
        const { index, batch } = batchAt(ledger, at);
        const altered = { ...batch, ...change(batch) };
        const verified = await verifyRows({ entries: ledger.entries, batches: ledger.batches.with(index, altered) });
        expect(verified).toMatchObject({ kind: 'altered', firstBad: batch.first, what });
      }),
      runs,
    );
  });

  test(
    verifies('ledger.rewritten-lists-and-heads', 'is named when its row was removed, moved or doubled'),
    async () => {
      await fc.assert(
        fc.asyncProperty(place, async ({ split, at }) => {
          const ledger = makeLedger(split);
          const { index, batch } = batchAt(ledger, at);
          const isLast = index === ledger.batches.length - 1;
          const without = ledger.batches.toSpliced(index, 1);
          await expectAltered(
            { entries: ledger.entries, batches: without },
            batch.first,
            isLast ? 'inserted' : 'removed',
          );
          const heads = [batch.head];
          if (isLast)
            expect(await verifyRows({ entries: ledger.entries, batches: without }, heads)).toMatchObject({
              what: 'removed',
              firstBad: batch.first,
            });
          await expectAltered(
            { entries: ledger.entries, batches: [...ledger.batches, batch] },
            batch.first,
            'inserted',
          );
        }),
        runs,
      );
    },
  );

  test(verifies('ledger.rewritten-lists-and-heads', 'is named when it was signed anew with another key'), async () => {
    await fc.assert(
      fc.asyncProperty(place, async ({ split, at }) => {
        const ledger = makeLedger(split);
        const { index, batch } = batchAt(ledger, at);
        const head = readHead(batch.head);
        if (head === undefined) throw new Error('a sealed head can be read');
        const forged = { ...batch, head: signHead(head, thiefKey) };
        const verified = await verifyRows({ entries: ledger.entries, batches: ledger.batches.with(index, forged) });
        expect(verified).toMatchObject({ kind: 'altered', firstBad: batch.first, what: 'forged head' });
      }),
      runs,
    );
  });

  test(
    verifies('ledger.rewritten-lists-and-heads', 'is named when all from it on was signed anew and linked'),
    async () => {
      const before = makeLedger([2, 3]);
      // The second thief even claims to be the key.
      for (const thief of [thiefKey, { ...thiefKey, id: key.id }]) {
        for (const count of [1, 2, 100]) {
          const after = makeLedger(
            Array.from({ length: count }, () => 1),
            before.tail,
            'false',
            thief,
          );
          const entries = [...before.entries, ...after.entries];
          const batches = [...before.batches, ...after.batches];
          await expectAltered({ entries, batches }, 6, 'forged head');
          // A later record that is wrong too comes to light first, and does not hide the head.
          const last = entries.length - 1;
          await expectAltered({ entries: entries.with(last, foreign(last + 1)), batches }, 6, 'forged head');
        }
      }
    },
  );

  test(
    verifies('ledger.rewritten-lists-and-heads', 'is named when its head is of another ledger of the same key'),
    async () => {
      const text = exportRows(makeLedger([2, 3])).replace(install, 'ins_9876543210');
      const verified = await verifyExport(inChunks(text, 4_096), { heads: [], key: verifying });
      expect(verified).toMatchObject({ kind: 'altered', firstBad: 1, what: 'forged head' });
    },
  );

  test('records of the types that somebody watches are shown, and none behind what was altered', async () => {
    const { tail, ...rows } = makeLedger([3]);
    const sealed = sealBatch(
      tail,
      [prepared('a', 'sandbox.started'), prepared('b'), prepared('c', 'sandbox.started')],
      {
        time: '2026-01-02T03:04:05.678Z',
        install,
        key,
      },
    );
    const all = { entries: [...rows.entries, ...sealed.records], batches: [...rows.batches, sealed.batch] };
    const seenIn = async ({ entries, batches }: Rows): Promise<readonly number[]> => {
      const seen: number[] = [];
      const watch = {
        types: ['sandbox.started'] as const,
        see: ({ sequence }: ReadRecord) => void seen.push(sequence),
      };
      await verifyExport(inChunks(exportRows({ entries, batches }), 4_096), { heads: [], key: verifying, watch });
      return seen;
    };
    expect(await seenIn(all)).toEqual([4, 6]);
    expect(await seenIn({ ...all, entries: all.entries.with(4, foreign(5)) })).toEqual([4]);
  });

  test('is named when its records come before it in the export', async () => {
    const [header = '', batch = '', one = '', two = ''] = exportRows(makeLedger([2])).split('\n');
    const text = [header, one, two, batch, ''].join('\n');
    const verified = await verifyExport(inChunks(text, 4_096), { heads: [], key: verifying });
    expect(verified).toMatchObject({ kind: 'altered', firstBad: 1, what: 'inserted' });
  });

  test(
    verifies('ledger.rewritten-lists-and-heads', 'is found among hundreds that share one signature check'),
    async () => {
      const ledger = makeLedger(Array.from({ length: 200 }, () => 1));
      for (const at of [0, 62, 63, 64, 65, 130, 199]) {
        const batch = ledger.batches[at];
        if (batch === undefined) throw new Error('the ledger has 200 batches');
        const forged = { ...batch, head: { ...batch.head, signature: Buffer.alloc(64, 7).toString('base64') } };
        await expectAltered(
          { entries: ledger.entries, batches: ledger.batches.with(at, forged) },
          at + 1,
          'forged head',
        );
        const changed = ledger.entries.with(at, foreign(at + 1));
        await expectAltered({ entries: changed, batches: ledger.batches }, at + 1, 'changed');
      }
    },
  );
});
