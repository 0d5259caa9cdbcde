import { ClawholdError } from '@clawhold/spec';
import type { ServerSentEvent } from '../../event-stream.ts';
import { CallIds } from '../../firewall/assembled-call.ts';
import type { CallGate } from '../../firewall/gate.ts';
import { readJson } from '../../json-text.ts';
import { isObject, type JsonObject, listOf, objectOf } from '../../json-value.ts';
import type { TokenUsage } from '../../usage.ts';
import type { StreamGuard } from '../wire.ts';
import { chatUsage } from './answer.ts';
import { ChoiceCalls } from './choice-calls.ts';

/** The end of a stream on OpenAI's chat wire. */
const done = '[DONE]';

/**
 * Guards a streamed answer of the chat wire. Text goes on at once. The pieces of tool calls stay here until the choice
 * is finished; then each call is decided and goes on as one piece, or is replaced by text.
 */
export class ChatStreamGuard implements StreamGuard {
  readonly #gate: CallGate;
  readonly #ids = new CallIds();
  readonly #choices = new Map<unknown, ChoiceCalls>();
  #frame: JsonObject = {};
  #usage: TokenUsage | undefined;
  #ended = false;

  constructor(gate: CallGate) {
    this.#gate = gate;
  }

  usage(): TokenUsage | undefined {
    return this.#usage;
  }

  async take(event: ServerSentEvent): Promise<readonly ServerSentEvent[]> {
    if (this.#ended) return [];
    if (event.comment) return [event];
    if (event.data.trim() === done) return [...(await this.end()), { data: done }];
    const json = readJson(event.data);
    if (json.kind === 'unreadable' || !isObject(json.value))
      throw new ClawholdError('model_malformed', 'The model server sent an event that is not one JSON object.');
    return this.#chunk(json.value, event);
  }

  async end(): Promise<readonly ServerSentEvent[]> {
    if (this.#ended) return [];
    this.#ended = true;
    const events: ServerSentEvent[] = [];
    for (const [index, calls] of this.#choices)
      if (!calls.finished && calls.any) events.push(...(await this.#finish(index, calls, { finish_reason: 'stop' })));
    return events;
  }

  async #chunk(chunk: JsonObject, event: ServerSentEvent): Promise<readonly ServerSentEvent[]> {
    this.#usage = chatUsage(chunk) ?? this.#usage;
    const choices = listOf(chunk['choices']).map(objectOf);
    if (choices.every((choice) => !concernsCalls(choice, this.#choices.get(choice['index'])))) return [event];
    const { choices: _, usage, ...frame } = chunk;
    this.#frame = frame;
    const events: ServerSentEvent[] = [];
    for (const choice of choices) events.push(...(await this.#choice(choice)));
    if (usage !== undefined && usage !== null) events.push(this.#write({ choices: [], usage }));
    return events;
  }

  async #choice(choice: JsonObject): Promise<readonly ServerSentEvent[]> {
    const index = choice['index'];
    const calls = this.#choices.get(index) ?? new ChoiceCalls();
    this.#choices.set(index, calls);
    const { tool_calls: pieces, function_call: legacy, ...rest } = objectOf(choice['delta']);
    calls.take(pieces, legacy);
    const finishing = typeof choice['finish_reason'] === 'string';
    const events: ServerSentEvent[] = [];
    if (!finishing && Object.keys(rest).length > 0) events.push(this.#write({ choices: [{ ...choice, delta: rest }] }));
    if (finishing) {
      if (hasContent(rest)) events.push(this.#write({ choices: [{ index, delta: rest, finish_reason: null }] }));
      events.push(...(await this.#finish(index, calls, choice)));
    }
    return events;
  }

  async #finish(index: unknown, calls: ChoiceCalls, choice: JsonObject): Promise<readonly ServerSentEvent[]> {
    const deltas = await calls.finish(this.#gate, this.#ids);
    const reason = calls.finishReason(choice['finish_reason']);
    return [
      ...deltas.map((delta) => this.#write({ choices: [{ index, delta, finish_reason: null }] })),
      this.#write({ choices: [{ ...choice, index, delta: {}, finish_reason: reason }] }),
    ];
  }

  #write(part: JsonObject): ServerSentEvent {
    return { data: JSON.stringify({ ...this.#frame, ...part }) };
  }
}

/** A choice without a call, past or present, passes with its bytes unchanged. */
function concernsCalls(choice: JsonObject, earlier: ChoiceCalls | undefined): boolean {
  const delta = objectOf(choice['delta']);
  ChoiceCalls.refuseLookalikes(choice);
  ChoiceCalls.refuseLookalikes(delta);
  if (isObject(choice['message']))
    throw new ClawholdError('model_malformed', 'The model server sent a whole message in the middle of a stream.');
  return (
    isPresent(delta['tool_calls']) ||
    isPresent(delta['function_call']) ||
    (earlier !== undefined && typeof choice['finish_reason'] === 'string')
  );
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function hasContent(delta: JsonObject): boolean {
  return Object.entries(delta).some(([key, value]) => key !== 'role' && value !== null && value !== '');
}
