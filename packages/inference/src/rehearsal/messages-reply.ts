import type { ServerSentEvent } from '../event-stream.ts';
import type { JsonObject } from '../json-value.ts';
import type { Reply } from './play.ts';
import { pieces, type ReplyFrame, type ReplyWire, rehearsalFingerprint } from './reply-wire.ts';

/** The rehearsal model on Anthropic's messages wire. */
export const messagesReply: ReplyWire = { stream, answer };

function answer(reply: Reply, frame: ReplyFrame): JsonObject {
  return {
    ...message(frame),
    content: blocks(reply),
    stop_reason: stopReason(reply),
    usage: { input_tokens: frame.usage.inputTokens, output_tokens: frame.usage.outputTokens },
  };
}

function stream(reply: Reply, frame: ReplyFrame): readonly ServerSentEvent[] {
  const events = [
    {
      type: 'message_start',
      message: { ...message(frame), usage: { input_tokens: frame.usage.inputTokens, output_tokens: 0 } },
    },
    ...blocks(reply).flatMap(blockEvents),
    {
      type: 'message_delta',
      delta: { stop_reason: stopReason(reply), stop_sequence: null },
      usage: { output_tokens: frame.usage.outputTokens },
    },
    { type: 'message_stop' },
  ];
  return events.map((event) => ({ event: event.type, data: JSON.stringify(event) }));
}

function blockEvents(block: JsonObject, index: number): readonly (JsonObject & { type: string })[] {
  const isText = block['type'] === 'text';
  const text = isText ? String(block['text']) : JSON.stringify(block['input']);
  return [
    { type: 'content_block_start', index, content_block: isText ? { ...block, text: '' } : { ...block, input: {} } },
    ...pieces(text).map((piece) => ({
      type: 'content_block_delta',
      index,
      delta: isText ? { type: 'text_delta', text: piece } : { type: 'input_json_delta', partial_json: piece },
    })),
    { type: 'content_block_stop', index },
  ];
}

function blocks(reply: Reply): readonly JsonObject[] {
  const text = reply.text === '' ? [] : [{ type: 'text', text: reply.text }];
  const calls = reply.calls.map((call) => ({
    type: 'tool_use',
    id: call.id,
    name: call.tool,
    input: call.arguments,
  }));
  return [...text, ...calls];
}

function message(frame: ReplyFrame): JsonObject {
  return {
    id: `msg_${frame.id}`,
    type: 'message',
    role: 'assistant',
    model: frame.model,
    system_fingerprint: rehearsalFingerprint,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

function stopReason(reply: Reply): string {
  return reply.calls.length > 0 ? 'tool_use' : 'end_turn';
}
