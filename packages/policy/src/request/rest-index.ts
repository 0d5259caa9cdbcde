import type { Finds } from '../glob/pattern-sets.ts';
import type { Operation } from '../operation/operation.ts';
import type { OperationIndex, Targeted } from '../operation/operation-index.ts';
import type { RequestSets } from './request-sets.ts';

/** The rules of a `rest` endpoint: they look at the head of a request, whatever was read of it besides. */
export class RestIndex<Value> implements OperationIndex<Value> {
  /** Of its rules in the sets, where whoever knows it finds them without this. */
  readonly place: number;
  readonly #sets: RequestSets<Value>;

  constructor(rules: readonly Targeted<Value>[], sets: RequestSets<Value>) {
    this.place = sets.add(rules);
    this.#sets = sets;
  }

  find({ method, path }: Operation, found: Finds<Value>): void {
    this.#sets.find(this.place, method, path, found);
  }
}
