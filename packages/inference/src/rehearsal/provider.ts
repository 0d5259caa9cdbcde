import { createHash } from 'node:crypto';
import { nearestWord } from '@clawhold/documents';
import { ClawholdError } from '@clawhold/spec';
import { writeEvent } from '../event-stream.ts';
import { isObject, type JsonObject, textOf } from '../json-value.ts';
import type { ModelProvider, ProviderAnswer, ProviderRequest } from '../provider/provider.ts';
import { estimateTokens } from '../usage.ts';
import type { WireName } from '../wire/wire.ts';
import { chatReply } from './chat-reply.ts';
import { messagesReply } from './messages-reply.ts';
import { play, type Reply } from './play.ts';
import type { ReplyFrame, ReplyWire } from './reply-wire.ts';
import { responsesReply } from './responses-reply.ts';
import type { Scenario } from './scenario.ts';

const replyWires: Readonly<Record<WireName, ReplyWire>> = {
  'openai-chat': chatReply,
  'openai-responses': responsesReply,
  'anthropic-messages': messagesReply,
};

/** Wide enough that no conversation is ever compacted: a scenario takes its values from the whole of it. */
const contextTokens = 1_000_000;

/**
 * The rehearsal model: scripted and deterministic. It answers with the bytes of a model server and is reached like one,
 * so everything that guards a real model guards this one.
 */
export function rehearsalProvider(scenarios: readonly Scenario[]): ModelProvider {
  const byName = new Map(scenarios.map((scenario) => [scenario.scenario, scenario]));
  const names = [...byName.keys()].toSorted((left, right) => Number(right === 'default') - Number(left === 'default'));
  return Object.freeze({
    name: 'rehearsal',
    locality: 'local',
    found: 'rehearsal',
    scripted: true,
    wires: ['openai-chat', 'openai-responses', 'anthropic-messages'],
    models: () => Promise.resolve(names.map((name) => ({ name, contextTokens }))),
    send: (request) => Promise.resolve(answer(byName, request)),
  } satisfies ModelProvider);
}

function answer(scenarios: ReadonlyMap<string, Scenario>, { wire, body }: ProviderRequest): ProviderAnswer {
  const request: unknown = JSON.parse(body);
  if (!isObject(request)) throw new ClawholdError('input_request', 'The request is not a JSON object.');
  const name = textOf(request['model']);
  const scenario = scenarios.get(name);
  if (scenario === undefined) throw unknownScenario(name, [...scenarios.keys()]);
  const { conversation, stream } = wire.inspect(request);
  const reply = play(scenario, conversation);
  const frame = frameOf(request, name, body, reply);
  const replyWire = replyWires[wire.name];
  const text = stream
    ? replyWire.stream(reply, frame).map(writeEvent)
    : [JSON.stringify(replyWire.answer(reply, frame))];
  return {
    status: 200,
    headers: { 'content-type': stream ? 'text/event-stream; charset=utf-8' : 'application/json' },
    body: encode(text),
  };
}

function frameOf(request: JsonObject, scenario: string, body: string, reply: Reply): ReplyFrame {
  const spoken = reply.text.length + JSON.stringify(reply.calls).length;
  return {
    id: createHash('sha256').update(body).digest('hex').slice(0, 16),
    model: `rehearsal/${scenario}`,
    usage: { inputTokens: estimateTokens(body.length), outputTokens: estimateTokens(spoken) },
    request,
  };
}

async function* encode(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const text of texts) yield encoder.encode(text);
}

function unknownScenario(name: string, known: readonly string[]): ClawholdError {
  const near = nearestWord(name, known);
  return new ClawholdError('model_unknown', `There is no rehearsal scenario "${name}".`, {
    status: 404,
    hint: near === undefined ? `There are: ${known.join(', ')}.` : `Did you mean rehearsal/${near}?`,
  });
}
