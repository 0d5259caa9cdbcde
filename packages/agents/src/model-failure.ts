import { ClawholdError, problemSchema, refusalSchema } from '@clawhold/spec';
import { APICallError } from 'ai';
import { z } from 'zod';

/** Why a model request gave no answer. */
export interface ModelFailure {
  /** One clear sentence. It may quote a model server: hostile text. */
  readonly message: string;
  readonly hint: string | null;
  /** Whether the same request may succeed later: nothing but the network, a busy or a broken server. */
  readonly retryable: boolean;
  /** Whether the request was longer than the model's window: a shorter one may succeed. */
  readonly tooLong: boolean;
}

const providerErrorSchema = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });

/** Turns whatever a model request threw into one sentence, without the request in it. */
export function describeModelFailure(error: unknown): ModelFailure {
  if (error instanceof ClawholdError)
    return { message: error.message, hint: error.hint ?? null, retryable: isPassing(error.status), tooLong: false };
  // A success whose body could not be read is one that broke off.
  if (APICallError.isInstance(error) && (error.statusCode ?? 400) >= 400) {
    const said = readBody(error.responseBody);
    const status = error.statusCode;
    const silence =
      status === undefined
        ? 'The model server could not be reached.'
        : `The model server answered with HTTP ${status}.`;
    return {
      message: said?.message ?? silence,
      hint: said?.hint ?? null,
      retryable: status === undefined || isPassing(status),
      tooLong: isTooLong(status, error.responseBody),
    };
  }
  return {
    message: 'The connection to the model server broke off, or its answer made no sense.',
    hint: null,
    retryable: true,
    tooLong: false,
  };
}

/**
 * No standard says how a server tells it: these are the words of OpenAI and vLLM ("maximum context length"), Anthropic
 * ("prompt is too long") and llama.cpp ("exceeds the available context size").
 */
const tooLongWords = /context[_ ](length|size|window)|(prompt|input|request) is too (long|large)/i;

function isTooLong(status: number | undefined, body: string | undefined): boolean {
  return status === 413 || (status === 400 && tooLongWords.test(body ?? ''));
}

/** RFC 9110 section 15: a server error may pass, and so may 429 (RFC 6585) and 408. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function readBody(body: string | undefined): { readonly message: string; readonly hint: string | null } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
  const refusal = refusalSchema.safeParse(value);
  if (refusal.success)
    return {
      message: `Policy refused the model request: ${refusal.data.reasons.map(({ text }) => text).join(' ')}`,
      hint: refusal.data.next,
    };
  const problem = problemSchema.safeParse(value);
  if (problem.success) return { message: problem.data.title, hint: problem.data.hint ?? null };
  const provider = providerErrorSchema.safeParse(value);
  if (!provider.success) return undefined;
  const { error } = provider.data;
  const message = (typeof error === 'string' ? error : error.message).slice(0, 300);
  return { message: `The model server refused: ${message}`, hint: null };
}
