import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStepJournal } from './journal.ts';

const [step, other] = ['stp_aaaaaaaaaa', 'stp_bbbbbbbbbb'] as const;
const [call, outcome] = ['blb_aaaaaaaaaa', 'blb_bbbbbbbbbb'] as const;

test(
  verifies('supervisor.step-once', 'a journal cut off anywhere is read up to its last whole line, and goes on'),
  async () => {
    const path = join(await temporaryFolder(), 'steps.ndjson');
    const journal = await openStepJournal(path);
    await journal.intend(step, 'other', call);
    await journal.end(step, outcome);
    await journal.intend(other, 'read', call);
    await journal.close();
    const whole = await readFile(path, 'utf8');
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), async (length) => {
        await writeFile(path, whole.slice(0, length));
        const lines = whole.slice(0, length).split('\n').length - 1;
        const cut = await openStepJournal(path);
        expect([cut.find(step).kind, cut.find(other).kind]).toEqual([
          ['new', 'begun', 'ended', 'ended'][lines],
          lines === 3 ? 'begun' : 'new',
        ]);
        await cut.intend(other, 'other', call);
        await cut.close();
        const again = await openStepJournal(path);
        expect(again.find(other)).toEqual({ kind: 'begun', effect: 'other', call });
        expect(again.find(step).kind).toBe(cut.find(step).kind);
        await again.close();
      }),
      { numRuns: 60 },
    );
  },
);
