import type { Glob } from '../glob/glob.ts';
import { TextIndex } from '../glob/text-index.ts';

/** Finds the values whose method (or `*`) and path pattern match a request. */
export class RequestIndex<Value> {
  readonly #methods = new Map<string, TextIndex<Value>>();
  #anyMethod: TextIndex<Value> | undefined;

  add(method: string, glob: Glob, value: Value): void {
    this.#indexOf(method).add(glob, value);
  }

  /** Adds the values of all matching patterns to `found`, in no order. */
  find(method: string, path: string, found: Value[]): void {
    this.#methods.get(method)?.find(path, found);
    this.#anyMethod?.find(path, found);
  }

  #indexOf(method: string): TextIndex<Value> {
    if (method === '*') {
      this.#anyMethod ??= new TextIndex('/');
      return this.#anyMethod;
    }
    let index = this.#methods.get(method);
    if (index === undefined) {
      index = new TextIndex('/');
      this.#methods.set(method, index);
    }
    return index;
  }
}
