import type { ClawholdError } from '@clawhold/spec';
import type { JsonObject } from '../json-value.ts';

/** An error as both of OpenAI's wires write it. */
export function openAiError(error: ClawholdError, details: JsonObject = {}): JsonObject {
  return {
    error: {
      message: error.message,
      type: error.code,
      param: null,
      code: error.code,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...details,
    },
  };
}
