import { ClawholdError, toProblem } from '@clawhold/spec';
import type { InferenceResponse } from './exchange.ts';
import type { JsonObject } from './json-value.ts';
import type { Wire } from './wire/wire.ts';

export function jsonAnswer(status: number, value: JsonObject): InferenceResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: bytesOf(JSON.stringify(value)) };
}

/**
 * An error that both kinds of readers understand: a client of the wire finds its own shape under `error`, ours finds
 * problem details (RFC 9457) beside it.
 */
export function problemAnswer(error: unknown, wire: Wire, details: JsonObject = {}): InferenceResponse {
  const known = knownError(error);
  const answer = jsonAnswer(known.status, { ...toProblem(known), ...wire.error(known, details) });
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}

/** Whatever was thrown, as an error that says nothing about our inside. */
export function knownError(error: unknown): ClawholdError {
  if (error instanceof ClawholdError) return error;
  return new ClawholdError('model_failed', 'The model request failed inside Clawhold.', { cause: error, status: 500 });
}

export async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
