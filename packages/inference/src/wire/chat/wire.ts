import { openAiError } from '../openai-error.ts';
import type { Wire } from '../wire.ts';
import { chatUsage, guardChatAnswer } from './answer.ts';
import { inspectChat } from './request.ts';
import { ChatStreamGuard } from './stream.ts';

/** OpenAI's chat wire, the one that every compatible server speaks. */
export const chatWire: Wire = Object.freeze({
  name: 'openai-chat',
  path: '/chat/completions',
  inspect: inspectChat,
  guard: (gate) => new ChatStreamGuard(gate),
  answer: guardChatAnswer,
  usage: chatUsage,
  error: openAiError,
  errorEvent: (error) => ({ data: JSON.stringify(openAiError(error)) }),
} satisfies Wire);
