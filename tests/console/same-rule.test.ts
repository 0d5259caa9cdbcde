import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { visible as gatewayVisible } from '@clawhold/approvals';
import { repositoryRoot, scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';

interface ConsoleRule {
  visible(text: string, options?: { readonly lines?: boolean }): string;
}

// An app exports nothing, so this looks at its file; the call below fails when it is not what we think it is.
const path = join(repositoryRoot, 'apps/console/src/hostile-text/visible.ts');
const { visible } = (await import(pathToFileURL(path).href)) as ConsoleRule;

test(verifies('console.hostile-text', 'the console writes every character as the gateway does'), () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      expect(visible(text)).toBe(gatewayVisible(text));
      // Tabs stay in a block of the console, where a Makefile is shown; in a question nothing but line breaks does.
      expect(visible(text, { lines: true }).replaceAll('\t', '⟨U+0009⟩')).toBe(gatewayVisible(text, { lines: true }));
    }),
    { numRuns: scale(2_000) },
  );
  // Every code point, a row of them at a time: a letter on both sides keeps each by itself.
  const row = 0x400;
  for (let first = 0; first <= 0x10ffff; first += row) {
    const text = `a${Array.from({ length: row }, (_, index) => `${String.fromCodePoint(first + index)}a`).join('')}`;
    expect(visible(text)).toBe(gatewayVisible(text));
  }
});
