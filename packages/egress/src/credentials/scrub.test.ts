import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScrubber, formsOf } from './scrub.ts';

const secret = fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme-ascii' });

test(verifies('credentials.scrubbed', 'no cut between pieces and no neighbour lets a form of a secret through'), () => {
  fc.assert(
    fc.property(
      secret,
      fc.array(fc.oneof(fc.string(), fc.nat(9)), { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 }),
      (one, parts, cuts) => {
        const forms = formsOf(one);
        const bytes = Buffer.from(
          parts.map((part) => (typeof part === 'number' ? forms[part % forms.length] : part)).join(''),
        );
        const scrubber = createScrubber([one]);
        const out: Buffer[] = [];
        for (let at = 0, index = 0; at < bytes.length; index++) {
          const size = cuts[index % cuts.length] ?? 1;
          out.push(Buffer.from(scrubber.push(bytes.subarray(at, at + size))));
          at += size;
        }
        out.push(scrubber.end());
        const passed = Buffer.concat(out);
        expect(passed).toHaveLength(bytes.length);
        for (const form of forms.filter((text) => !/^\*+$/.test(text))) expect(passed.includes(form)).toBe(false);
      },
    ),
  );
});

test('what is no secret comes as it was', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const scrubber = createScrubber(['a-secret-that-is-nowhere']);
      const passed = Buffer.concat([scrubber.push(Buffer.from(bytes)), scrubber.end()]);
      expect(new Uint8Array(passed)).toEqual(bytes);
    }),
  );
});
