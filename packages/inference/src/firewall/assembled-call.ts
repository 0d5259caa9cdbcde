import { ClawholdError } from '@clawhold/spec';
import { readJson } from '../json-text.ts';
import { isObject } from '../json-value.ts';
import type { ProposedCall } from './gate.ts';

/** More calls than this in one answer is no plan, it is a runaway. */
export const proposedCalls = 128;

/** Names are identifiers on every wire; longer ones are not. */
const longestName = 256;

/** Says what is wrong with a tool call, in one sentence that begins with the tool. */
export function malformedCall(tool: string, problem: string): ClawholdError {
  const name = tool === '' ? 'a tool call' : `a call of ${JSON.stringify(tool.slice(0, 64))}`;
  return new ClawholdError('model_malformed', `The model answered with ${name} that ${problem}.`, {
    hint: 'Nothing was run. Try again, or choose a model that is better at calling tools.',
  });
}

/**
 * The pieces of one streamed call. Every piece is looked at when it arrives, so that what is wrong is said at once and
 * nothing grows without an end.
 */
export class AssembledCall {
  readonly #pieces: string[] = [];
  #id = '';
  #tool = '';

  get id(): string {
    return this.#id;
  }

  get tool(): string {
    return this.#tool;
  }

  /** Clients differ in what they do with a second name (take the first, the last, or join them): only one is taken. */
  name(tool: string): void {
    if (tool === '' || tool === this.#tool) return;
    if (this.#tool !== '') throw malformedCall(this.#tool, `changes its name to ${JSON.stringify(tool.slice(0, 64))}`);
    if (tool.length > longestName) throw malformedCall(tool, 'has an endless name');
    this.#tool = tool;
  }

  identify(id: string): void {
    if (id === '' || id === this.#id) return;
    if (this.#id !== '') throw malformedCall(this.#tool, 'changes its id');
    if (id.length > longestName) throw malformedCall(this.#tool, 'has an endless id');
    this.#id = id;
  }

  append(piece: string): void {
    this.#pieces.push(piece);
  }

  get text(): string {
    return this.#pieces.join('');
  }

  /** The whole call. Some servers write no arguments as an empty text. */
  complete(): ProposedCall {
    return readCall(this.#id, this.#tool, this.text);
  }
}

/**
 * Reads a complete call.
 *
 * @throws ClawholdError `model_malformed` when it has no id or name, or when its arguments are not one JSON object.
 */
export function readCall(id: string, tool: string, text: string): ProposedCall {
  if (tool === '') throw malformedCall('', 'has no name');
  if (id === '') throw malformedCall(tool, 'has no id');
  if (text.trim() === '') return { id, tool, arguments: {} };
  const json = readJson(text);
  if (json.kind === 'unreadable') throw malformedCall(tool, `has arguments whose text ${json.reason}`);
  if (!isObject(json.value)) throw malformedCall(tool, 'has arguments that are not an object');
  return { id, tool, arguments: json.value };
}

/** Refuses a second call under the same id: the result of one would count as the result of the other. */
export class CallIds {
  readonly #seen = new Set<string>();

  add(call: ProposedCall): void {
    if (this.#seen.has(call.id)) throw malformedCall(call.tool, 'has the id of another call');
    if (this.#seen.size >= proposedCalls) throw malformedCall(call.tool, `is one of more than ${proposedCalls}`);
    this.#seen.add(call.id);
  }
}
