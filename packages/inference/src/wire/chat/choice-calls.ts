import { ClawholdError } from '@clawhold/spec';
import { AssembledCall, type CallIds, malformedCall, proposedCalls } from '../../firewall/assembled-call.ts';
import type { CallGate } from '../../firewall/gate.ts';
import { countOf, isObject, type JsonObject, listOf, objectOf, textOf } from '../../json-value.ts';

/** A streamed call of this wire, with the keys that neither side of the firewall interprets. */
interface ChatCall {
  readonly call: AssembledCall;
  readonly extra: Record<string, unknown>;
}

/** The tool calls of one choice of a streamed answer. */
export class ChoiceCalls {
  readonly #calls: ChatCall[] = [];
  readonly #byIndex = new Map<number, ChatCall>();
  #legacy: AssembledCall | undefined;
  #passed = 0;
  finished = false;

  /** Whether any call was proposed. */
  get any(): boolean {
    return this.#calls.length > 0 || this.#legacy !== undefined;
  }

  /** Takes the pieces of one event. */
  take(pieces: unknown, legacy: unknown): void {
    const list = listOf(pieces).map(objectOf);
    if (this.finished && (list.length > 0 || isObject(legacy)))
      throw malformedCall(this.#calls.at(-1)?.call.tool ?? '', 'goes on after its end');
    if (pieces !== null && pieces !== undefined && !Array.isArray(pieces))
      throw malformedCall('', 'stands where a list of calls belongs');
    for (const piece of list) this.#piece(piece);
    if (isObject(legacy)) this.#legacyPiece(legacy);
  }

  #piece(piece: JsonObject): void {
    const { index, id, type, function: body, ...extra } = piece;
    ChoiceCalls.refuseLookalikes(extra);
    if (type !== undefined && type !== null && type !== '' && type !== 'function')
      throw malformedCall(textOf(objectOf(body)['name']), `has the unknown type ${JSON.stringify(type)}`);
    const { name, arguments: text } = objectOf(body);
    const entry = this.#entry(countOf(index), textOf(id), textOf(name));
    entry.call.identify(textOf(id));
    entry.call.name(textOf(name));
    if (isObject(text)) throw malformedCall(entry.call.tool, 'has arguments that are not text');
    entry.call.append(textOf(text));
    Object.assign(entry.extra, extra);
  }

  /**
   * The call that a piece belongs to. A server that gives every call the index 0 (some do) begins a new one with a new
   * id and a name; a piece without an index belongs to the newest call unless it has an id of its own.
   */
  #entry(index: number | undefined, id: string, name: string): ChatCall {
    const known = index === undefined ? this.#calls.at(-1) : this.#byIndex.get(index);
    const begins = known === undefined || (id !== '' && name !== '' && known.call.id !== '' && known.call.id !== id);
    if (!begins) return known;
    if (this.#calls.length >= proposedCalls) throw malformedCall(name, `is one of more than ${proposedCalls}`);
    const entry: ChatCall = { call: new AssembledCall(), extra: {} };
    this.#calls.push(entry);
    this.#byIndex.set(index ?? this.#calls.length - 1, entry);
    return entry;
  }

  #legacyPiece(piece: JsonObject): void {
    this.#legacy ??= new AssembledCall();
    this.#legacy.name(textOf(piece['name']));
    this.#legacy.identify('function_call');
    this.#legacy.append(textOf(piece['arguments']));
  }

  /** Decides every call, all at the same time, and gives the deltas that may go on, in the model's order. */
  async finish(gate: CallGate, ids: CallIds): Promise<readonly JsonObject[]> {
    this.finished = true;
    const complete = this.#calls.map(({ call, extra }, position) => {
      if (call.id === '') call.identify(`call_${position}`);
      const proposal = call.complete();
      ids.add(proposal);
      return { proposal, extra, text: call.text.trim() === '' ? '{}' : call.text };
    });
    const deltas = await Promise.all(
      complete.map(async ({ proposal, extra, text }) => ({
        proposal,
        verdict: await gate.judge(proposal),
        delta: { ...extra, id: proposal.id, type: 'function', function: { name: proposal.tool, arguments: text } },
      })),
    );
    const passed = deltas.filter(({ verdict }) => verdict.kind === 'pass');
    this.#passed = passed.length;
    return [
      ...deltas.flatMap(({ verdict }) => (verdict.kind === 'refuse' ? [{ content: verdict.text }] : [])),
      ...passed.map(({ delta }, index) => ({ tool_calls: [{ index, ...delta }] })),
      ...(await this.#finishLegacy(gate)),
    ];
  }

  async #finishLegacy(gate: CallGate): Promise<readonly JsonObject[]> {
    if (this.#legacy === undefined) return [];
    const proposal = this.#legacy.complete();
    const verdict = await gate.judge(proposal);
    if (verdict.kind === 'refuse') return [{ content: verdict.text }];
    this.#passed += 1;
    return [{ function_call: { name: proposal.tool, arguments: this.#legacy.text } }];
  }

  /** Without a call left, the client must not wait for one. */
  finishReason(given: unknown): unknown {
    return this.any && this.#passed === 0 && (given === 'tool_calls' || given === 'function_call') ? 'stop' : given;
  }

  /** A key that only looks like a tool call may be one to another reader. */
  static refuseLookalikes(holder: JsonObject): void {
    for (const key of Object.keys(holder)) {
      const folded = key.toLowerCase().replaceAll(/[^a-z]/g, '');
      if (/^(tool|function|custom|mcp)?calls?$|^toolcalls?|^functioncalls?/.test(folded) && !known.has(key))
        throw new ClawholdError(
          'model_malformed',
          `The model server sent ${JSON.stringify(key)}, which is no known key.`,
        );
    }
  }
}

const known: ReadonlySet<string> = new Set(['tool_calls', 'function_call']);
