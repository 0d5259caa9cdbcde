import { compiledEntries, type Finds, type PatternSet, type PatternSets } from '../glob/pattern-sets.ts';
import type { RequestSets } from '../request/request-sets.ts';
import type { Operation } from './operation.ts';
import type { Targeted } from './operation-index.ts';

interface OfType<Value> {
  readonly byName: PatternSet;
  readonly anyName: readonly Value[];
}

/** Finds rules by the type and the name of a GraphQL operation. What only an id stands for is for the qualifier to look up. */
export class GraphqlIndex<Value> {
  readonly #sets: PatternSets<Value>;
  readonly #types: ReadonlyMap<string, OfType<Value>>;

  constructor(rules: readonly Targeted<Value>[], sets: RequestSets<Value>) {
    this.#sets = sets.patterns;
    const byType = Map.groupBy(rules, ({ target }) => target.operation_type ?? '*');
    this.#types = new Map([...byType].map(([type, ofType]) => [type, indexOfType(ofType, sets)]));
  }

  find({ message }: Operation, found: Finds<Value>): void {
    if (message?.protocol !== 'graphql') return;
    const { type, name } = message;
    if (type === null) for (const ofType of this.#types.values()) this.#every(ofType, found);
    else {
      this.#findIn(this.#types.get(type), name, found);
      this.#findIn(this.#types.get('*'), name, found);
    }
  }

  #every({ byName, anyName }: OfType<Value>, found: Finds<Value>): void {
    for (const value of this.#sets.every(byName)) found.push(value);
    for (const value of anyName) found.push(value);
  }

  #findIn(ofType: OfType<Value> | undefined, name: string | null, found: Finds<Value>): void {
    if (ofType === undefined) return;
    for (const value of ofType.anyName) found.push(value);
    if (name !== null) this.#sets.find(ofType.byName, name, found);
  }
}

function indexOfType<Value>(rules: readonly Targeted<Value>[], sets: RequestSets<Value>): OfType<Value> {
  const isNamed = ({ target }: Targeted<Value>): boolean => target.operation_name !== undefined;
  return {
    anyName: rules.filter((rule) => !isNamed(rule)).map(({ value }) => value),
    byName: sets.patterns.add(
      rules.flatMap(({ target: { operation_name: name }, value }) =>
        name === undefined ? [] : compiledEntries(name, null, value),
      ),
    ),
  };
}
