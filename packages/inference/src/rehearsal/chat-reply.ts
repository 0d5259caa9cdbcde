import type { ServerSentEvent } from '../event-stream.ts';
import { type JsonObject, objectOf } from '../json-value.ts';
import type { Reply, ReplyCall } from './play.ts';
import { pieces, type ReplyFrame, type ReplyWire, rehearsalFingerprint } from './reply-wire.ts';

/** The rehearsal model on OpenAI's chat wire. */
export const chatReply: ReplyWire = { stream, answer };

function answer(reply: Reply, frame: ReplyFrame): JsonObject {
  return {
    ...head(frame, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: reply.text === '' ? null : reply.text,
          ...(reply.calls.length === 0 ? {} : { tool_calls: reply.calls.map(writeCall) }),
        },
        finish_reason: finishReason(reply),
      },
    ],
    usage: usage(frame),
  };
}

function stream(reply: Reply, frame: ReplyFrame): readonly ServerSentEvent[] {
  const chunk = (delta: JsonObject, finish_reason: string | null = null): JsonObject => ({
    ...head(frame, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, finish_reason }],
  });
  const chunks = [
    chunk({ role: 'assistant', content: '' }),
    ...pieces(reply.text).map((content) => chunk({ content })),
    ...reply.calls.flatMap((call, index) => callDeltas(call, index).map((delta) => chunk(delta))),
    chunk({}, finishReason(reply)),
    ...(objectOf(frame.request['stream_options'])['include_usage'] === true
      ? [{ ...head(frame, 'chat.completion.chunk'), choices: [], usage: usage(frame) }]
      : []),
  ];
  return [...chunks.map((value) => ({ data: JSON.stringify(value) })), { data: '[DONE]' }];
}

function callDeltas(call: ReplyCall, index: number): readonly JsonObject[] {
  const written = writeCall(call);
  return [
    { tool_calls: [{ index, ...written, function: { name: call.tool, arguments: '' } }] },
    ...pieces(JSON.stringify(call.arguments)).map((text) => ({
      tool_calls: [{ index, function: { arguments: text } }],
    })),
  ];
}

function writeCall(call: ReplyCall): JsonObject {
  return { id: call.id, type: 'function', function: { name: call.tool, arguments: JSON.stringify(call.arguments) } };
}

function head(frame: ReplyFrame, object: string): JsonObject {
  return {
    id: `chatcmpl-${frame.id}`,
    object,
    created: 0,
    model: frame.model,
    system_fingerprint: rehearsalFingerprint,
  };
}

function finishReason(reply: Reply): string {
  return reply.calls.length > 0 ? 'tool_calls' : 'stop';
}

function usage({ usage: { inputTokens, outputTokens } }: ReplyFrame): JsonObject {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}
