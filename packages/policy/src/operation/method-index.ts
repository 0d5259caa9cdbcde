import { compiledEntries, type Finds, type PatternSet, type PatternSets } from '../glob/pattern-sets.ts';
import type { RequestSets } from '../request/request-sets.ts';
import type { Operation } from './operation.ts';
import type { Targeted } from './operation-index.ts';

/** Finds rules by the method of a JSON-RPC call, as JSON-RPC itself and A2A have it. */
export class MethodIndex<Value> {
  readonly #sets: PatternSets<Value>;
  readonly #methods: PatternSet;
  readonly #protocol: 'json-rpc' | 'a2a';

  constructor(rules: readonly Targeted<Value>[], sets: RequestSets<Value>, protocol: 'json-rpc' | 'a2a') {
    this.#sets = sets.patterns;
    this.#methods = sets.patterns.add(
      rules.flatMap(({ target: { method = '*' }, value }) => compiledEntries(method, null, value)),
    );
    this.#protocol = protocol;
  }

  find({ message }: Operation, found: Finds<Value>): void {
    if (message?.protocol === 'json-rpc' || message?.protocol === 'a2a')
      if (message.protocol === this.#protocol) this.#sets.find(this.#methods, message.method, found);
  }
}
