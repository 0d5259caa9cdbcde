import { visible as gatewayVisible } from '@clawhold/approvals';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visible } from '../../apps/console/src/hostile-text/visible.ts';

test(verifies('console.hostile-text', 'the console writes every character as the gateway does'), () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      expect(visible(text)).toBe(gatewayVisible(text));
      // Tabs stay in a block of the console, where a Makefile is shown; in a question nothing but line breaks does.
      expect(visible(text, { lines: true }).replaceAll('\t', '⟨U+0009⟩')).toBe(gatewayVisible(text, { lines: true }));
    }),
    { numRuns: scale(2_000) },
  );
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const text = `a${String.fromCodePoint(code)}b`;
    if (visible(text) !== gatewayVisible(text)) expect(visible(text)).toBe(gatewayVisible(text));
  }
});
