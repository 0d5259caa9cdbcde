import { ClawholdError } from '@clawhold/spec';
import { CallIds, malformedCall, readCall } from '../../firewall/assembled-call.ts';
import type { CallGate } from '../../firewall/gate.ts';
import { countOf, isObject, type JsonObject, objectOf, textOf } from '../../json-value.ts';
import type { TokenUsage } from '../../usage.ts';
import type { GuardOptions } from '../wire.ts';

/** Blocks of an answer that hold no call. */
const harmless: ReadonlySet<unknown> = new Set(['text', 'thinking', 'redacted_thinking']);

/** Whether a block holds a call that the client would run. Blocks of hosted tools pass only when policy names them. */
export function isCallBlock(block: JsonObject, { hostedTools }: GuardOptions): boolean {
  if (block['type'] === 'tool_use') return true;
  if (harmless.has(block['type']) || hostedTools) return false;
  throw malformedCall('', `has the unknown type ${JSON.stringify(block['type'] ?? null)}`);
}

/** Guards an answer of the messages wire that is not streamed. */
export async function guardMessagesAnswer(
  answer: JsonObject,
  gate: CallGate,
  options: GuardOptions,
): Promise<JsonObject> {
  if (!Array.isArray(answer['content']))
    throw new ClawholdError('model_malformed', 'The model server answered without any content.');
  const ids = new CallIds();
  const given = answer['content'].map(objectOf);
  const content = await Promise.all(given.map((block) => guardBlock(block, gate, ids, options)));
  if (content.every((block, index) => block === given[index])) return answer;
  const callsLeft = content.some((block) => block['type'] === 'tool_use');
  return { ...answer, content, stop_reason: stopReason(answer['stop_reason'], callsLeft) };
}

async function guardBlock(block: JsonObject, gate: CallGate, ids: CallIds, options: GuardOptions): Promise<JsonObject> {
  if (!isCallBlock(block, options)) return block;
  if (!isObject(block['input'])) throw malformedCall(textOf(block['name']), 'has arguments that are not an object');
  const call = readCall(textOf(block['id']), textOf(block['name']), JSON.stringify(block['input']));
  ids.add(call);
  const verdict = await gate.judge(call);
  return verdict.kind === 'pass' ? block : { type: 'text', text: verdict.text };
}

/** Without a call left, the client must not wait for one. */
export function stopReason(given: unknown, callsLeft: boolean): unknown {
  return given === 'tool_use' && !callsLeft ? 'end_turn' : given;
}

export function messagesUsage(answer: JsonObject): TokenUsage | undefined {
  const usage = objectOf(answer['usage']);
  const inputTokens = countOf(usage['input_tokens']);
  const outputTokens = countOf(usage['output_tokens']);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}
