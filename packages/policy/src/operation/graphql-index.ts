import type { Target } from '@clawhold/spec';
import { compiledGlobs } from '../glob/glob.ts';
import { TextIndex } from '../glob/text-index.ts';
import type { Operation } from './operation.ts';

interface OfType<Value> {
  readonly byName: TextIndex<Value>;
  readonly anyName: Value[];
}

/** Finds rules by the type and the name of a GraphQL operation. What only an id stands for is for the qualifier to look up. */
export class GraphqlIndex<Value> {
  readonly #types = new Map<string, OfType<Value>>();

  add({ operation_type: type = '*', operation_name: name }: Target, value: Value): void {
    let ofType = this.#types.get(type);
    if (ofType === undefined) {
      ofType = { byName: new TextIndex(), anyName: [] };
      this.#types.set(type, ofType);
    }
    if (name === undefined) ofType.anyName.push(value);
    else for (const glob of compiledGlobs(name, null)) ofType.byName.add(glob, value);
  }

  find({ message }: Operation, found: Value[]): void {
    if (message?.protocol !== 'graphql') return;
    const { type, name } = message;
    if (type === null) for (const ofType of this.#types.values()) ofType.byName.every(found, ofType.anyName);
    else {
      this.#findIn(this.#types.get(type), name, found);
      this.#findIn(this.#types.get('*'), name, found);
    }
  }

  #findIn(ofType: OfType<Value> | undefined, name: string | null, found: Value[]): void {
    if (ofType === undefined) return;
    for (const value of ofType.anyName) found.push(value);
    if (name !== null) ofType.byName.find(name, found);
  }
}
