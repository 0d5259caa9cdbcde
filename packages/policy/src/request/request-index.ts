import type { Target } from '@clawhold/spec';
import { compiledGlobs } from '../glob/glob.ts';
import { TextIndex } from '../glob/text-index.ts';
import type { Operation } from '../operation/operation.ts';

/**
 * Finds the values whose method (or `*`) and path pattern match a request. What is said about GET is said about HEAD:
 * it is the same request without the body of its answer (RFC 9110 section 9.3.2).
 */
export class RequestIndex<Value> {
  readonly #methods = new Map<string, TextIndex<Value>>();
  #anyMethod: TextIndex<Value> | undefined;

  add({ method = '*', path = '/**' }: Target, value: Value): void {
    const index = this.#indexOf(method.toUpperCase());
    for (const glob of compiledGlobs(path, '/')) index.add(glob, value);
  }

  /** Adds the values of all matching patterns to `found`, in no order. */
  find(method: string, path: string, found: Value[]): void {
    this.#methods.get(method)?.find(path, found);
    if (method === 'HEAD') this.#methods.get('GET')?.find(path, found);
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

/** The rules of a `rest` endpoint: they look at the head of a request, whatever was read of it besides. */
export class RestIndex<Value> {
  readonly #requests = new RequestIndex<Value>();

  add(target: Target, value: Value): void {
    this.#requests.add(target, value);
  }

  find({ method, path }: Operation, found: Value[]): void {
    this.#requests.find(method, path, found);
  }
}
