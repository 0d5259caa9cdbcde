import { wireName } from '@clawhold/tools';
import type { ModelMessage } from 'ai';
import type { Conversation, Entry } from './conversation.ts';

/** Writes a conversation as the messages of a model request. */
export function toMessages(conversation: Conversation): ModelMessage[] {
  return conversation.flatMap(messagesOf);
}

function messagesOf(entry: Entry): ModelMessage[] {
  switch (entry.kind) {
    case 'task':
      return [{ role: 'user', content: entry.text }];
    case 'remark':
      return [{ role: 'user', content: `[from the platform, not from the person] ${entry.text}` }];
    case 'summary':
      return [{ role: 'user', content: `[summary of earlier work, written to save space] ${entry.text}` }];
    case 'turn':
      return messagesOfTurn(entry);
    default:
      return entry satisfies never;
  }
}

function messagesOfTurn(turn: Extract<Entry, { kind: 'turn' }>): ModelMessage[] {
  const calls = turn.calls.map((call) => ({
    type: 'tool-call' as const,
    toolCallId: call.id,
    toolName: wireName(call.tool),
    input: call.arguments,
  }));
  const text = turn.text === '' ? [] : [{ type: 'text' as const, text: turn.text }];
  if (text.length + calls.length === 0) return [];
  const assistant: ModelMessage = { role: 'assistant', content: [...text, ...calls] };
  if (calls.length === 0) return [assistant];
  const results = new Map(turn.results.map((result) => [result.id, result.text]));
  return [
    assistant,
    {
      role: 'tool',
      content: calls.map((call) => ({
        type: 'tool-result' as const,
        toolCallId: call.toolCallId,
        toolName: call.toolName,
        output: { type: 'text' as const, value: results.get(call.toolCallId) ?? 'This call was not carried out.' },
      })),
    },
  ];
}
