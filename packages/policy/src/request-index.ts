import type { Glob } from './glob.ts';
import { TextIndex } from './text-index.ts';

/** Finds the values whose method (or `*`) and path pattern match a request. */
export class RequestIndex<Value> {
  readonly #methods = new Map<string, TextIndex<Value>>();
  readonly #anyMethod = new TextIndex<Value>('/');

  add(method: string, glob: Glob, value: Value): void {
    if (method === '*') {
      this.#anyMethod.add(glob, value);
      return;
    }
    let index = this.#methods.get(method);
    if (index === undefined) {
      index = new TextIndex('/');
      this.#methods.set(method, index);
    }
    index.add(glob, value);
  }

  visit(method: string, path: string, visit: (value: Value) => void): void {
    this.#methods.get(method)?.visit(path, visit);
    this.#anyMethod.visit(path, visit);
  }
}
