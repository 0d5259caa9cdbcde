import { type Finds, type PatternEntry, type PatternSet, PatternSets } from './pattern-sets.ts';

/** One set of patterns on its own. */
export class TextIndex<Value> {
  readonly #sets = new PatternSets<Value>();
  readonly #set: PatternSet;

  constructor(entries: readonly PatternEntry<Value>[]) {
    this.#set = this.#sets.add(entries);
  }

  /** Gives the values of all matching patterns, in no order. */
  find(text: string, found: Finds<Value>): void {
    this.#sets.find(this.#set, text, found);
  }
}
