import type { Target } from '@clawhold/spec';
import { compiledGlobs } from '../glob/glob.ts';
import { TextIndex } from '../glob/text-index.ts';
import type { Operation } from './operation.ts';

/** Finds rules by the method of a JSON-RPC call, as JSON-RPC itself and A2A have it. */
export class MethodIndex<Value> {
  readonly #protocol: 'json-rpc' | 'a2a';
  readonly #methods = new TextIndex<Value>();

  constructor(protocol: 'json-rpc' | 'a2a') {
    this.#protocol = protocol;
  }

  add({ method = '*' }: Target, value: Value): void {
    for (const glob of compiledGlobs(method, null)) this.#methods.add(glob, value);
  }

  find({ message }: Operation, found: Value[]): void {
    if (message?.protocol === 'json-rpc' || message?.protocol === 'a2a')
      if (message.protocol === this.#protocol) this.#methods.find(message.method, found);
  }
}
