import type { ClawholdError } from '@clawhold/spec';
import type { JsonObject } from '../../json-value.ts';
import type { Wire } from '../wire.ts';
import { guardMessagesAnswer, messagesUsage } from './answer.ts';
import { inspectMessages } from './request.ts';
import { MessagesStreamGuard } from './stream.ts';

/** Anthropic's messages wire. */
export const messagesWire: Wire = Object.freeze({
  name: 'anthropic-messages',
  path: '/messages',
  inspect: inspectMessages,
  guard: (gate, options) => new MessagesStreamGuard(gate, options),
  answer: guardMessagesAnswer,
  usage: messagesUsage,
  error: anthropicError,
  errorEvent: (error) => ({ event: 'error', data: JSON.stringify(anthropicError(error)) }),
} satisfies Wire);

function anthropicError(error: ClawholdError, details: JsonObject = {}): JsonObject {
  return {
    type: 'error',
    error: {
      type: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...details,
    },
  };
}
