import type { ServerSentEvent } from '../../event-stream.ts';
import { malformedCall } from '../../firewall/assembled-call.ts';
import type { ProposedCall } from '../../firewall/gate.ts';
import { type JsonObject, textOf } from '../../json-value.ts';
import { argumentText, readItemCall } from './item-call.ts';

/** The events of one call that nobody has seen yet. */
export class HeldItem {
  readonly events: ServerSentEvent[];
  readonly #first: JsonObject;
  readonly #pieces: string[] = [];
  #whole: string | undefined;

  constructor(first: JsonObject, event: ServerSentEvent) {
    this.#first = first;
    this.events = [event];
  }

  get tool(): string {
    return textOf(this.#first['name']);
  }

  take(type: string, value: JsonObject, event: ServerSentEvent): void {
    const [, what] = /^response\.(?:function_call_arguments|custom_tool_call_input)\.(delta|done)$/.exec(type) ?? [];
    if (what === undefined)
      throw malformedCall(this.tool, `holds the unknown event ${JSON.stringify(type.slice(0, 64))}`);
    const item = value['item_id'];
    if (item !== undefined && this.#first['id'] !== undefined && item !== this.#first['id'])
      throw malformedCall(this.tool, 'changes its id');
    if (this.#whole !== undefined) throw malformedCall(this.tool, 'goes on after its end');
    if (what === 'delta') this.#pieces.push(textOf(value['delta']));
    else this.#finishText(value);
    this.events.push(event);
  }

  #finishText(value: JsonObject): void {
    if (value['name'] !== undefined && value['name'] !== this.#first['name'])
      throw malformedCall(this.tool, 'changes its name');
    this.#whole = textOf(value['arguments'] ?? value['input']);
  }

  /**
   * The call, when all its tellings agree. Clients take it from the pieces, from the whole text or from the finished
   * item; a call that differs between them would be decided as one thing and run as another.
   */
  finish(item: JsonObject): ProposedCall {
    for (const key of ['type', 'id', 'call_id', 'name'])
      if (this.#first[key] !== undefined && this.#first[key] !== item[key])
        throw malformedCall(this.tool, `changes its ${key === 'name' ? 'name' : 'id'}`);
    const tellings = [argumentText(this.#first), this.#pieces.join(''), this.#whole];
    // Some servers send the whole text at once in the first event, others never repeat it: absent is not different.
    if (
      tellings.some(
        (telling) => telling !== null && telling !== undefined && telling !== '' && telling !== argumentText(item),
      )
    )
      throw malformedCall(this.tool, 'has arguments that do not agree with each other');
    return readItemCall(item);
  }
}
