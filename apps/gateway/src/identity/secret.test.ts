import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { matchesDigest, newSecret, secretDigest } from './secret.ts';

/** A secret whose digest ends or begins as another one's does: what a comparison that stops early would take. */
function nearMiss(digest: string, isNear: (candidate: string) => boolean): string {
  for (;;) {
    const candidate = newSecret();
    const other = secretDigest(candidate);
    if (other !== digest && isNear(other)) return candidate;
  }
}

test(verifies('gateway.token-not-from-pages', 'a secret is compared to its last byte'), () => {
  const secret = newSecret();
  const digest = secretDigest(secret);
  expect(matchesDigest(secret, digest)).toBe(true);
  expect(
    matchesDigest(
      nearMiss(digest, (other) => other.startsWith(digest.slice(0, 3))),
      digest,
    ),
  ).toBe(false);
  expect(
    matchesDigest(
      nearMiss(digest, (other) => other.endsWith(digest.slice(-3))),
      digest,
    ),
  ).toBe(false);
  // What is stored damaged matches nothing.
  for (const stored of ['', digest.slice(0, 32), 'not hex']) expect(matchesDigest(secret, stored)).toBe(false);
});
