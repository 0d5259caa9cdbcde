import type { Integers } from '../glob/integers.ts';
import { compiledEntries, type Finds, type PatternSet, PatternSets } from '../glob/pattern-sets.ts';
import type { Targeted } from '../operation/operation-index.ts';

/** Where the sets of the two usual methods, of those for every method and of the others stand in a row. */
const [getAt, postAt, anyAt, othersAt] = [0, 1, 2, 3];

/**
 * Finds the values whose method (or `*`) and path pattern match a request, in many sets side by side. What is said about
 * GET is said about HEAD: it is the same request without the body of its answer (RFC 9110 section 9.3.2).
 */
export class RequestSets<Value> {
  readonly patterns: PatternSets<Value>;
  readonly #integers: Integers;
  /** By the names of methods that have no place of their own; 0 in a row is none. */
  readonly #others: ReadonlyMap<string, PatternSet>[] = [new Map()];

  /** @param integers where the sets are written; others may write there too. */
  constructor(integers: Integers) {
    this.#integers = integers;
    this.patterns = new PatternSets(integers);
  }

  /** Writes one. Gives its place. */
  add(rules: readonly Targeted<Value>[]): number {
    const methods = Map.groupBy(rules, ({ target }) => target.method?.toUpperCase() ?? '*');
    const setOf = (method: string): PatternSet =>
      this.patterns.add(
        (methods.get(method) ?? []).flatMap(({ target: { path = '/**' }, value }) => compiledEntries(path, '/', value)),
      );
    const [get, post, any] = [setOf('GET'), setOf('POST'), setOf('*')];
    const others = [...methods.keys()].filter((method) => method !== 'GET' && method !== 'POST' && method !== '*');
    const rest = others.length === 0 ? 0 : this.#others.push(new Map(others.map((name) => [name, setOf(name)]))) - 1;
    return this.#integers.push(get, post, any, rest);
  }

  /** Gives the values of all matching patterns, in no order. */
  find(place: number, method: string, path: string, found: Finds<Value>): void {
    if (method === 'GET' || method === 'HEAD') this.#findIn(this.#integers.at(place + getAt), path, found);
    else if (method === 'POST') this.#findIn(this.#integers.at(place + postAt), path, found);
    this.#findIn(this.#integers.at(place + anyAt), path, found);
    const others = this.#integers.at(place + othersAt);
    if (others === 0) return;
    const set = this.#others[others]?.get(method);
    if (set !== undefined) this.patterns.find(set, path, found);
  }

  #findIn(set: number, path: string, found: Finds<Value>): void {
    this.patterns.find(set as PatternSet, path, found); // `add` wrote it
  }
}
