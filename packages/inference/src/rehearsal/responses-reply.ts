import type { ServerSentEvent } from '../event-stream.ts';
import type { JsonObject } from '../json-value.ts';
import type { Reply } from './play.ts';
import { pieces, type ReplyFrame, type ReplyWire, rehearsalFingerprint } from './reply-wire.ts';

/** The rehearsal model on OpenAI's responses wire. */
export const responsesReply: ReplyWire = { stream, answer };

function answer(reply: Reply, frame: ReplyFrame): JsonObject {
  return response(frame, 'completed', items(reply, frame));
}

function stream(reply: Reply, frame: ReplyFrame): readonly ServerSentEvent[] {
  const output = items(reply, frame);
  const events = [
    { type: 'response.created', response: response(frame, 'in_progress', []) },
    ...output.flatMap((item, output_index) =>
      item['type'] === 'message' ? messageEvents(reply, item, output_index) : callEvents(item, output_index),
    ),
    { type: 'response.completed', response: response(frame, 'completed', output) },
  ];
  return events.map((event, sequence_number) => ({
    event: event.type,
    data: JSON.stringify({ ...event, sequence_number }),
  }));
}

function messageEvents(
  reply: Reply,
  item: JsonObject,
  output_index: number,
): readonly (JsonObject & { type: string })[] {
  const at = { item_id: item['id'], output_index, content_index: 0 };
  const part = { type: 'output_text', text: reply.text, annotations: [] };
  return [
    { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    ...pieces(reply.text).map((delta) => ({ type: 'response.output_text.delta', ...at, delta })),
    { type: 'response.output_text.done', ...at, text: reply.text },
    { type: 'response.content_part.done', ...at, part },
    { type: 'response.output_item.done', output_index, item },
  ];
}

function callEvents(item: JsonObject, output_index: number): readonly (JsonObject & { type: string })[] {
  const at = { item_id: item['id'], output_index };
  const text = String(item['arguments']);
  return [
    { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', arguments: '' } },
    ...pieces(text).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
    { type: 'response.function_call_arguments.done', ...at, name: item['name'], arguments: text },
    { type: 'response.output_item.done', output_index, item },
  ];
}

function items(reply: Reply, frame: ReplyFrame): readonly JsonObject[] {
  const message = {
    type: 'message',
    id: `msg_${frame.id}`,
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text: reply.text, annotations: [] }],
  };
  const calls = reply.calls.map((call) => ({
    type: 'function_call',
    id: `fc_${call.id}`,
    status: 'completed',
    call_id: call.id,
    name: call.tool,
    arguments: JSON.stringify(call.arguments),
  }));
  return reply.text === '' && calls.length > 0 ? calls : [message, ...calls];
}

function response(frame: ReplyFrame, status: string, output: readonly JsonObject[]): JsonObject {
  const { inputTokens, outputTokens } = frame.usage;
  return {
    id: `resp_${frame.id}`,
    object: 'response',
    created_at: 0,
    status,
    model: frame.model,
    metadata: { system_fingerprint: rehearsalFingerprint },
    output,
    parallel_tool_calls: true,
    tools: [],
    usage:
      status === 'completed'
        ? { input_tokens: inputTokens, output_tokens: outputTokens, total_tokens: inputTokens + outputTokens }
        : null,
  };
}
