import { ClawholdError } from '@clawhold/spec';
import type { ServerSentEvent } from '../../event-stream.ts';
import { CallIds, malformedCall } from '../../firewall/assembled-call.ts';
import type { CallGate } from '../../firewall/gate.ts';
import { readJson } from '../../json-text.ts';
import { isObject, type JsonObject, listOf, objectOf, textOf } from '../../json-value.ts';
import type { TokenUsage } from '../../usage.ts';
import type { GuardOptions, StreamGuard } from '../wire.ts';
import { refuseHosted, responsesUsage } from './answer.ts';
import { HeldItem } from './held-item.ts';
import { callIdentity, itemKind } from './item-call.ts';
import { refusalEvents, refusalItem } from './refusal-item.ts';

/** Events about an output item that holds no call; they pass as they are when their item does. */
const textEvents =
  /^response\.(output_text|refusal|reasoning|reasoning_text|reasoning_summary|reasoning_summary_text|reasoning_summary_part|content_part)\./;

/** Events about the whole answer. */
const answerEvents = /^response\.(created|in_progress|queued|completed|incomplete|failed)$/;

/**
 * Guards a streamed answer of the responses wire. The events of a call are held until its item is done and decided, and
 * then go on byte for byte, or a message stands in their place.
 */
export class ResponsesStreamGuard implements StreamGuard {
  readonly #gate: CallGate;
  readonly #options: GuardOptions;
  readonly #ids = new CallIds();
  readonly #held = new Map<unknown, HeldItem>();
  /** Calls that were decided: what they were, and what stands there now. */
  readonly #decided = new Map<unknown, { readonly identity: string; readonly replacement: JsonObject | undefined }>();
  #usage: TokenUsage | undefined;
  /** Event numbers are given out anew once a replacement has changed how many there are. */
  #renumbered = false;
  #number = 0;

  constructor(gate: CallGate, options: GuardOptions) {
    this.#gate = gate;
    this.#options = options;
  }

  usage(): TokenUsage | undefined {
    return this.#usage;
  }

  async take(event: ServerSentEvent): Promise<readonly ServerSentEvent[]> {
    if (event.comment || event.data.trim() === '[DONE]') return [event];
    const json = readJson(event.data);
    if (json.kind === 'unreadable' || !isObject(json.value))
      throw new ClawholdError('model_malformed', 'The model server sent an event that is not one JSON object.');
    const type = textOf(json.value['type']);
    // A client may go by either of the two names.
    if (event.event !== undefined && event.event !== type)
      throw new ClawholdError('model_malformed', 'The model server sent an event with two different names.');
    return this.#numbered(await this.#event(type, json.value, event));
  }

  end(): Promise<readonly ServerSentEvent[]> {
    const [open] = this.#held.values();
    if (open !== undefined) throw malformedCall(open.tool, 'has no end');
    return Promise.resolve([]);
  }

  async #event(type: string, value: JsonObject, event: ServerSentEvent): Promise<readonly ServerSentEvent[]> {
    const index = value['output_index'];
    if (type === 'error' || type === 'keepalive') return [event];
    if (answerEvents.test(type)) return [this.#answer(value, event)];
    if (type === 'response.output_item.added') return this.#added(objectOf(value['item']), index, event);
    if (type === 'response.output_item.done') return this.#done(objectOf(value['item']), index, event);
    const held = this.#held.get(index);
    if (held !== undefined) {
      held.take(type, value, event);
      return [];
    }
    if (textEvents.test(type) || this.#options.hostedTools) return [event];
    throw malformedCall('', `comes in an event that does not belong to it (${JSON.stringify(type.slice(0, 64))})`);
  }

  #added(item: JsonObject, index: unknown, event: ServerSentEvent): readonly ServerSentEvent[] {
    const kind = itemKind(item);
    if (kind === 'hosted') refuseHosted(item, this.#options);
    if (this.#held.has(index) || this.#decided.has(index)) throw malformedCall('', 'takes the place of another call');
    if (kind !== 'call') return [event];
    this.#held.set(index, new HeldItem(item, event));
    return [];
  }

  async #done(item: JsonObject, index: unknown, event: ServerSentEvent): Promise<readonly ServerSentEvent[]> {
    const kind = itemKind(item);
    if (kind === 'hosted') refuseHosted(item, this.#options);
    const held = this.#held.get(index);
    if (held === undefined && kind !== 'call') return [event];
    if (held === undefined || kind !== 'call') throw malformedCall(textOf(item['name']), 'ends without a beginning');
    const call = held.finish(item);
    this.#ids.add(call);
    const verdict = await this.#gate.judge(call);
    this.#held.delete(index);
    const replacement = verdict.kind === 'refuse' ? refusalItem(call.id, verdict.text) : undefined;
    this.#decided.set(index, { identity: callIdentity(item), replacement });
    if (verdict.kind === 'pass' || replacement === undefined) return [...held.events, event];
    this.#renumbered = true;
    return refusalEvents(replacement, verdict.kind === 'refuse' ? verdict.text : '', index);
  }

  /** The whole answer repeats its items at the end: the same calls, no others, and refused ones replaced. */
  #answer(value: JsonObject, event: ServerSentEvent): ServerSentEvent {
    const response = objectOf(value['response']);
    this.#usage = responsesUsage(response) ?? this.#usage;
    const given = listOf(response['output']).map(objectOf);
    const output = given.map((item, index) => {
      const kind = itemKind(item);
      if (kind === 'hosted') refuseHosted(item, this.#options);
      if (kind !== 'call') return item;
      const decided = this.#decided.get(index);
      if (decided?.identity !== callIdentity(item))
        throw malformedCall(textOf(item['name']), 'stands only in the end of the answer');
      return decided.replacement ?? item;
    });
    if (output.every((item, index) => item === given[index])) return event;
    return { ...event, data: JSON.stringify({ ...value, response: { ...response, output } }) };
  }

  #numbered(events: readonly ServerSentEvent[]): readonly ServerSentEvent[] {
    return events.map((event) => {
      const number = this.#number;
      this.#number += 1;
      if (!this.#renumbered) return event;
      return { ...event, data: JSON.stringify({ ...JSON.parse(event.data), sequence_number: number }) };
    });
  }
}
