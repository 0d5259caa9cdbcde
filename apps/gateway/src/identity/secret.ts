import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A fresh secret of 256 random bits, base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret: its SHA-256. Enough for 256 random bits; never use it for a password. */
export function secretDigest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares a secret with a stored digest in constant time. */
export function matchesDigest(secret: string, digest: string): boolean {
  const given = Buffer.from(secretDigest(secret), 'hex');
  const wanted = Buffer.from(digest, 'hex');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
