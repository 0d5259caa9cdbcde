import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrost } from './live-run.ts';

const questions = ['apr_aaaaaaaaaa', 'apr_bbbbbbbbbb', 'apr_cccccccccc'] as const;

test(verifies('supervisor.frozen-while-asked', 'a sandbox is frozen exactly while some question is open'), async () => {
  const change = fc.record({ begins: fc.boolean(), question: fc.constantFrom(...questions) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
      let frozen = false;
      // Freezing what is frozen, or thawing what moves, is an error of ours.
      const set = async (to: boolean): Promise<void> => {
        await Promise.resolve();
        if (frozen === to) throw new Error('the same twice');
        frozen = to;
      };
      const frost = createFrost({ freeze: () => set(true), thaw: () => set(false) });
      const open = new Set<string>();
      // Not awaited one by one: parallel steps ask at the same time.
      const all = changes.map(({ begins, question }) => {
        if (begins) open.add(question);
        else open.delete(question);
        return begins ? frost.begin(question) : frost.end(question);
      });
      await Promise.all(all);
      expect(frozen).toBe(open.size > 0);
      expect(frost.open().toSorted()).toEqual([...open].toSorted());
      await frost.during(async () => expect(frozen).toBe(true));
      expect(frozen).toBe(open.size > 0);
    }),
  );
});
