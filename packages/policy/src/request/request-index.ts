import type { Target } from '@clawhold/spec';
import { compiledGlobs } from '../glob/glob.ts';
import { TextIndex } from '../glob/text-index.ts';
import type { Operation } from '../operation/operation.ts';
import type { OperationIndex } from '../operation/operation-index.ts';

/**
 * Finds the values whose method (or `*`) and path pattern match a request. What is said about GET is said about HEAD:
 * it is the same request without the body of its answer (RFC 9110 section 9.3.2).
 */
export class RequestIndex<Value> {
  // The two usual methods have places of their own: looking them up in a map costs more than all the rest.
  #get: TextIndex<Value> | undefined;
  #post: TextIndex<Value> | undefined;
  #any: TextIndex<Value> | undefined;
  #others: Map<string, TextIndex<Value>> | undefined;

  add({ method = '*', path = '/**' }: Target, value: Value): void {
    const index = this.#indexOf(method.toUpperCase());
    for (const glob of compiledGlobs(path, '/')) index.add(glob, value);
  }

  /** Adds the values of all matching patterns to `found`, in no order. */
  findRequest(method: string, path: string, found: Value[]): void {
    if (method === 'GET' || method === 'HEAD') this.#get?.find(path, found);
    else if (method === 'POST') this.#post?.find(path, found);
    this.#any?.find(path, found);
    this.#others?.get(method)?.find(path, found);
  }

  #indexOf(method: string): TextIndex<Value> {
    switch (method) {
      case 'GET':
        this.#get ??= new TextIndex();
        return this.#get;
      case 'POST':
        this.#post ??= new TextIndex();
        return this.#post;
      case '*':
        this.#any ??= new TextIndex();
        return this.#any;
      default: {
        this.#others ??= new Map();
        const index = this.#others.get(method) ?? new TextIndex<Value>();
        this.#others.set(method, index);
        return index;
      }
    }
  }
}

/** The rules of a `rest` endpoint: they look at the head of a request, whatever was read of it besides. */
export class RestIndex<Value> extends RequestIndex<Value> implements OperationIndex<Value> {
  find({ method, path }: Operation, found: Value[]): void {
    this.findRequest(method, path, found);
  }
}
