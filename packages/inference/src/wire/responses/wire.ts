import { openAiError } from '../openai-error.ts';
import type { Wire } from '../wire.ts';
import { guardResponsesAnswer, responsesUsage } from './answer.ts';
import { inspectResponses } from './request.ts';
import { ResponsesStreamGuard } from './stream.ts';

/** OpenAI's responses wire, without the state that its provider would keep. */
export const responsesWire: Wire = Object.freeze({
  name: 'openai-responses',
  path: '/responses',
  inspect: inspectResponses,
  guard: (gate, options) => new ResponsesStreamGuard(gate, options),
  answer: guardResponsesAnswer,
  usage: responsesUsage,
  error: openAiError,
  errorEvent: (error) => ({
    event: 'error',
    // The reference has the fields outermost, the service sends them under `error`: clients read either.
    data: JSON.stringify({
      type: 'error',
      sequence_number: 0,
      code: error.code,
      message: error.message,
      param: null,
      ...openAiError(error),
    }),
  }),
} satisfies Wire);
