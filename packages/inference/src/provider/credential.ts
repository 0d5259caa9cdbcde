import { ClawholdError } from '@clawhold/spec';
import type { WireName } from '../wire/wire.ts';
import type { HttpProviderSettings } from './http-provider.ts';
import type { ProviderAnswer } from './provider.ts';

/** The version of Anthropic's wire that this door reads; a client's own header goes first. */
const anthropicVersion = '2023-06-01';

/** The headers that carry the key, and those that the service wants beside it. */
export function credentialHeaders(
  { key, kind }: Pick<HttpProviderSettings, 'key' | 'kind'>,
  wire: WireName,
): Record<string, string> {
  const messages = wire === 'anthropic-messages';
  const version: Record<string, string> = messages ? { 'anthropic-version': anthropicVersion } : {};
  if (key === null) return version;
  return messages && kind === 'anthropic'
    ? { ...version, 'x-api-key': key }
    : { ...version, authorization: `Bearer ${key}` };
}

/**
 * Ends an answer in which the key stands: servers repeat a wrong key in their error, hostile ones a right one. A key
 * that is cut over two chunks is found as well.
 */
export function withoutSecret(answer: ProviderAnswer, key: string | null): ProviderAnswer {
  if (key === null) return answer;
  const headers = Object.fromEntries(Object.entries(answer.headers).filter(([, value]) => !value.includes(key)));
  return { ...answer, headers, body: watch(answer.body, Buffer.from(key)) };
}

async function* watch(body: AsyncIterable<Uint8Array>, key: Buffer): AsyncGenerator<Uint8Array> {
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of body) {
    const seen = Buffer.concat([tail, chunk]);
    if (seen.includes(key))
      throw new ClawholdError(
        'model_malformed',
        'The model server repeated the key in its answer, so it was withheld.',
        {
          hint: 'Check the key of this provider; a server that repeats keys should not be trusted with one.',
        },
      );
    tail = Buffer.from(seen.subarray(Math.max(0, seen.length - key.length + 1)));
    yield chunk;
  }
}
