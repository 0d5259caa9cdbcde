import { compiledEntries, type Finds, type PatternSet, type PatternSets } from '../glob/pattern-sets.ts';
import type { Operation } from '../operation/operation.ts';
import type { OperationIndex, Targeted } from '../operation/operation-index.ts';

/**
 * Finds the values whose method (or `*`) and path pattern match a request. What is said about GET is said about HEAD:
 * it is the same request without the body of its answer (RFC 9110 section 9.3.2).
 */
export class RequestIndex<Value> {
  readonly #sets: PatternSets<Value>;
  // The two usual methods have places of their own: looking them up in a map costs more than all the rest.
  readonly #get: PatternSet;
  readonly #post: PatternSet;
  readonly #any: PatternSet;
  /** Null when there are none. */
  readonly #others: ReadonlyMap<string, PatternSet> | null;

  constructor(rules: readonly Targeted<Value>[], sets: PatternSets<Value>) {
    const methods = Map.groupBy(rules, ({ target }) => target.method?.toUpperCase() ?? '*');
    const setOf = (method: string): PatternSet =>
      sets.add(
        (methods.get(method) ?? []).flatMap(({ target: { path = '/**' }, value }) => compiledEntries(path, '/', value)),
      );
    const others = [...methods.keys()].filter((method) => method !== 'GET' && method !== 'POST' && method !== '*');
    this.#sets = sets;
    this.#get = setOf('GET');
    this.#post = setOf('POST');
    this.#any = setOf('*');
    this.#others = others.length === 0 ? null : new Map(others.map((method) => [method, setOf(method)]));
  }

  /** Gives the values of all matching patterns, in no order. */
  findRequest(method: string, path: string, found: Finds<Value>): void {
    if (method === 'GET' || method === 'HEAD') this.#sets.find(this.#get, path, found);
    else if (method === 'POST') this.#sets.find(this.#post, path, found);
    this.#sets.find(this.#any, path, found);
    const other = this.#others?.get(method);
    if (other !== undefined) this.#sets.find(other, path, found);
  }
}

/** The rules of a `rest` endpoint: they look at the head of a request, whatever was read of it besides. */
export class RestIndex<Value> extends RequestIndex<Value> implements OperationIndex<Value> {
  find({ method, path }: Operation, found: Finds<Value>): void {
    this.findRequest(method, path, found);
  }
}
