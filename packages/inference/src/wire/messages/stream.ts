import { ClawholdError } from '@clawhold/spec';
import type { ServerSentEvent } from '../../event-stream.ts';
import { AssembledCall, CallIds, malformedCall } from '../../firewall/assembled-call.ts';
import type { CallGate } from '../../firewall/gate.ts';
import { readJson } from '../../json-text.ts';
import { isObject, type JsonObject, listOf, objectOf, textOf } from '../../json-value.ts';
import type { TokenUsage } from '../../usage.ts';
import type { GuardOptions, StreamGuard } from '../wire.ts';
import { isCallBlock, messagesUsage, stopReason } from './answer.ts';

/** A block that is being written. Calls are held with their events; other blocks have gone on already. */
interface OpenBlock {
  readonly type: unknown;
  readonly held: { readonly call: AssembledCall; readonly events: ServerSentEvent[] } | undefined;
}

/** Pieces that belong to a block of calls; in any other block they are smuggled. */
const callDelta = 'input_json_delta';

/**
 * Guards a streamed answer of the messages wire. The events of a call are held until its block stops and is decided,
 * and then go on byte for byte, or a text block stands in their place.
 */
export class MessagesStreamGuard implements StreamGuard {
  readonly #gate: CallGate;
  readonly #options: GuardOptions;
  readonly #ids = new CallIds();
  readonly #open = new Map<unknown, OpenBlock>();
  readonly #closed = new Set<unknown>();
  #callsPassed = false;
  #callsRefused = false;
  #usage: TokenUsage | undefined;

  constructor(gate: CallGate, options: GuardOptions) {
    this.#gate = gate;
    this.#options = options;
  }

  usage(): TokenUsage | undefined {
    return this.#usage;
  }

  async take(event: ServerSentEvent): Promise<readonly ServerSentEvent[]> {
    if (event.comment) return [event];
    const json = readJson(event.data);
    if (json.kind === 'unreadable' || !isObject(json.value))
      throw new ClawholdError('model_malformed', 'The model server sent an event that is not one JSON object.');
    const { value } = json;
    // A client may go by either of the two names.
    if (event.event !== undefined && event.event !== value['type'])
      throw new ClawholdError('model_malformed', 'The model server sent an event with two different names.');
    switch (value['type']) {
      case 'message_start':
        return this.#begin(objectOf(value['message']), event);
      case 'content_block_start':
        return this.#start(value, event);
      case 'content_block_delta':
        return this.#delta(value, event);
      case 'content_block_stop':
        return this.#stop(value, event);
      case 'message_delta':
        return this.#messageDelta(value, event);
      case 'message_stop':
        return [...(await this.end()), event];
      case 'ping':
      case 'error':
        return [event];
      default:
        throw new ClawholdError('model_malformed', 'The model server sent an event of an unknown type.');
    }
  }

  end(): Promise<readonly ServerSentEvent[]> {
    for (const { held } of this.#open.values())
      if (held !== undefined) throw malformedCall(held.call.tool, 'has no end');
    return Promise.resolve([]);
  }

  #begin(message: JsonObject, event: ServerSentEvent): readonly ServerSentEvent[] {
    this.#count(message);
    if (listOf(message['content']).length > 0) throw malformedCall('', 'stands in the beginning of the answer');
    return [event];
  }

  #start(value: JsonObject, event: ServerSentEvent): readonly ServerSentEvent[] {
    const index = value['index'];
    const block = objectOf(value['content_block']);
    if (this.#open.has(index) || this.#closed.has(index))
      throw malformedCall(textOf(block['name']), 'takes the place of another part');
    if (!isCallBlock(block, this.#options)) {
      this.#open.set(index, { type: block['type'], held: undefined });
      return [event];
    }
    const call = new AssembledCall();
    call.identify(textOf(block['id']));
    call.name(textOf(block['name']));
    // The wire begins with an empty object and fills it with pieces; some servers send the whole object at once.
    const input = block['input'];
    if (isObject(input) && Object.keys(input).length > 0) call.append(JSON.stringify(input));
    this.#open.set(index, { type: block['type'], held: { call, events: [event] } });
    return [];
  }

  #delta(value: JsonObject, event: ServerSentEvent): readonly ServerSentEvent[] {
    const block = this.#open.get(value['index']);
    const delta = objectOf(value['delta']);
    if (block === undefined) throw malformedCall('', 'goes on after its end');
    if (block.held === undefined) {
      if (delta['type'] === callDelta && !this.#options.hostedTools)
        throw malformedCall('', 'stands inside a part that is no call');
      return [event];
    }
    if (delta['type'] !== callDelta) throw malformedCall(block.held.call.tool, 'holds pieces that are no arguments');
    const piece = textOf(delta['partial_json']);
    if (piece !== '') block.held.call.append(piece);
    block.held.events.push(event);
    return [];
  }

  async #stop(value: JsonObject, event: ServerSentEvent): Promise<readonly ServerSentEvent[]> {
    const index = value['index'];
    const block = this.#open.get(index);
    if (block === undefined) throw malformedCall('', 'ends without a beginning');
    this.#open.delete(index);
    this.#closed.add(index);
    if (block.held === undefined) return [event];
    const call = block.held.call.complete();
    this.#ids.add(call);
    const verdict = await this.#gate.judge(call);
    if (verdict.kind === 'pass') {
      this.#callsPassed = true;
      return [...block.held.events, event];
    }
    this.#callsRefused = true;
    return textBlock(index, verdict.text);
  }

  #messageDelta(value: JsonObject, event: ServerSentEvent): readonly ServerSentEvent[] {
    this.#count(value);
    if (!this.#callsRefused || this.#callsPassed) return [event];
    const delta = objectOf(value['delta']);
    const changed = { ...delta, stop_reason: stopReason(delta['stop_reason'], false) };
    return [{ ...event, data: JSON.stringify({ ...value, delta: changed }) }];
  }

  #count(holder: JsonObject): void {
    const counted = messagesUsage(holder);
    if (counted === undefined) return;
    this.#usage = {
      inputTokens: Math.max(counted.inputTokens, this.#usage?.inputTokens ?? 0),
      outputTokens: Math.max(counted.outputTokens, this.#usage?.outputTokens ?? 0),
    };
  }
}

function textBlock(index: unknown, text: string): readonly ServerSentEvent[] {
  const events = [
    { type: 'content_block_start', index, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index, delta: { type: 'text_delta', text } },
    { type: 'content_block_stop', index },
  ];
  return events.map((event) => ({ event: event.type, data: JSON.stringify(event) }));
}
