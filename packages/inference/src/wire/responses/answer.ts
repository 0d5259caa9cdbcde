import { CallIds, malformedCall } from '../../firewall/assembled-call.ts';
import type { CallGate } from '../../firewall/gate.ts';
import { countOf, type JsonObject, listOf, objectOf } from '../../json-value.ts';
import type { TokenUsage } from '../../usage.ts';
import type { GuardOptions } from '../wire.ts';
import { itemKind, readItemCall } from './item-call.ts';
import { refusalItem } from './refusal-item.ts';

/** Guards an answer of the responses wire that is not streamed. */
export async function guardResponsesAnswer(
  answer: JsonObject,
  gate: CallGate,
  options: GuardOptions,
): Promise<JsonObject> {
  const ids = new CallIds();
  const given = listOf(answer['output']).map(objectOf);
  const output = await Promise.all(given.map((item) => guardItem(item, gate, ids, options)));
  return output.every((item, index) => item === given[index]) ? answer : { ...answer, output };
}

async function guardItem(item: JsonObject, gate: CallGate, ids: CallIds, options: GuardOptions): Promise<JsonObject> {
  const kind = itemKind(item);
  if (kind === 'hosted') refuseHosted(item, options);
  if (kind !== 'call') return item;
  const call = readItemCall(item);
  ids.add(call);
  const verdict = await gate.judge(call);
  return verdict.kind === 'pass' ? item : refusalItem(call.id, verdict.text);
}

/** A tool that the provider ran, or a kind of item that nobody knows. */
export function refuseHosted(item: JsonObject, { hostedTools }: GuardOptions): void {
  if (!hostedTools) throw malformedCall('', `has the unknown type ${JSON.stringify(item['type'] ?? null)}`);
}

export function responsesUsage(answer: JsonObject): TokenUsage | undefined {
  const usage = objectOf(answer['usage']);
  const inputTokens = countOf(usage['input_tokens']);
  const outputTokens = countOf(usage['output_tokens']);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}
