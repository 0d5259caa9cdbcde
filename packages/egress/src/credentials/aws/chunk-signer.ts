import { createHash, createHmac } from 'node:crypto';
import type { Signature } from './signature.ts';

const ofNothing = createHash('sha256').digest('hex');

/**
 * Signs the chunks of a body, each after the one before it, beginning with the signature of the request (Amazon S3 API
 * Reference, "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks").
 */
export class ChunkSigner {
  readonly #seed: Signature;
  #last: string;

  constructor(seed: Signature) {
    this.#seed = seed;
    this.#last = seed.signature;
  }

  /** @param data of the next chunk; the last one has none. */
  signChunk(data: Buffer): string {
    return this.#sign('AWS4-HMAC-SHA256-PAYLOAD', [ofNothing, digest(data)]);
  }

  /** @param lines the trailers, each as `name:value`. */
  signTrailer(lines: readonly string[]): string {
    return this.#sign('AWS4-HMAC-SHA256-TRAILER', [digest(lines.map((line) => `${line}\n`).join(''))]);
  }

  #sign(kind: string, digests: readonly string[]): string {
    const { signingKey, time, scope } = this.#seed;
    const text = [kind, time, scope, this.#last, ...digests].join('\n');
    this.#last = createHmac('sha256', signingKey).update(text).digest('hex');
    return this.#last;
  }
}

function digest(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}
