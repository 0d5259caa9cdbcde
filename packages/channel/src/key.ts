import { randomBytes } from 'node:crypto';
import { ClawholdError } from '@clawhold/spec';

const keyBytes = 32;

/** A new secret for one pair of processes: 32 random bytes, base64. Hand it over at spawn, never in an argument. */
export function createChannelKey(): string {
  return randomBytes(keyBytes).toString('base64');
}

/** @throws ClawholdError `channel_key` when the text is not 32 bytes in base64. */
export function decodeChannelKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length === keyBytes && key.toString('base64') === text) return key;
  throw new ClawholdError('channel_key', `A channel key is ${keyBytes} bytes in base64.`, {
    hint: 'Make keys with createChannelKey() and hand them over unchanged.',
  });
}
