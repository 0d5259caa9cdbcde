import { ClawholdError } from '@clawhold/spec';
import { CallIds } from '../../firewall/assembled-call.ts';
import type { CallGate } from '../../firewall/gate.ts';
import { countOf, isObject, type JsonObject, listOf, objectOf, textOf } from '../../json-value.ts';
import type { TokenUsage } from '../../usage.ts';
import { ChoiceCalls } from './choice-calls.ts';

/** Guards an answer of the chat wire that is not streamed. */
export async function guardChatAnswer(answer: JsonObject, gate: CallGate): Promise<JsonObject> {
  if (!Array.isArray(answer['choices']))
    throw new ClawholdError('model_malformed', 'The model server answered without any choices.');
  const ids = new CallIds();
  let changed = false;
  const choices: unknown[] = [];
  for (const value of answer['choices']) {
    const choice = objectOf(value);
    const guarded = await guardChoice(choice, gate, ids);
    changed ||= guarded !== choice;
    choices.push(guarded);
  }
  return changed ? { ...answer, choices } : answer;
}

async function guardChoice(choice: JsonObject, gate: CallGate, ids: CallIds): Promise<JsonObject> {
  const message = objectOf(choice['message']);
  ChoiceCalls.refuseLookalikes(choice);
  ChoiceCalls.refuseLookalikes(message);
  const calls = new ChoiceCalls();
  // A whole answer is a stream of one piece; each call in it stands for itself, whatever its index says.
  calls.take(
    listOf(message['tool_calls']).map((call, index) => ({ ...objectOf(call), index })),
    message['function_call'],
  );
  if (isObject(message['tool_calls']))
    throw new ClawholdError('model_malformed', 'The model server sent no list of calls.');
  if (!calls.any) return choice;
  const deltas = await calls.finish(gate, ids);
  const { tool_calls: _calls, function_call: _legacy, content, ...rest } = message;
  const refusals = deltas.flatMap((delta) => (typeof delta['content'] === 'string' ? [delta['content']] : []));
  const passed = deltas.flatMap((delta) => listOf(delta['tool_calls'])).map(withoutIndex);
  const legacy = deltas.find((delta) => 'function_call' in delta)?.['function_call'];
  return {
    ...choice,
    message: {
      ...rest,
      content: refusals.length === 0 ? (content ?? null) : [textOf(content), ...refusals].filter(Boolean).join('\n\n'),
      ...(passed.length === 0 ? {} : { tool_calls: passed }),
      ...(legacy === undefined ? {} : { function_call: legacy }),
    },
    finish_reason: calls.finishReason(choice['finish_reason']),
  };
}

function withoutIndex(call: unknown): JsonObject {
  const { index: _, ...rest } = objectOf(call);
  return rest;
}

/** What the provider counted, in an answer or in one of its events. */
export function chatUsage(answer: JsonObject): TokenUsage | undefined {
  const usage = objectOf(answer['usage']);
  const inputTokens = countOf(usage['prompt_tokens']);
  const outputTokens = countOf(usage['completion_tokens']);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}
