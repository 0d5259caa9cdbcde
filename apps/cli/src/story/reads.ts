import type { CallWords } from './call-words.ts';

/** Looks that went well one after the other are told in one line: what matters is what the agent does with them. */
export class Reads {
  #verb = '';
  #objects: string[] = [];

  /** Whether this one can be told together with those that wait. */
  fits({ verb }: CallWords): boolean {
    return this.#objects.length === 0 || this.#verb === verb;
  }

  add({ verb, object }: CallWords): void {
    this.#verb = verb;
    this.#objects.push(object);
  }

  /** What waits, as one line of words; undefined when nothing does. */
  take(): { readonly verb: string; readonly object: string } | undefined {
    const [first, second] = this.#objects;
    const count = this.#objects.length;
    const verb = this.#verb;
    this.#objects = [];
    if (first === undefined) return undefined;
    if (second === undefined) return { verb, object: first };
    return { verb, object: count === 2 ? `${first}, ${second}` : `${first} and ${count - 1} more` };
  }
}
