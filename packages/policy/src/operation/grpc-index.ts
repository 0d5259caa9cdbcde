import { compiledEntries, type Finds, type PatternSet, type PatternSets } from '../glob/pattern-sets.ts';
import type { RequestSets } from '../request/request-sets.ts';
import type { Operation } from './operation.ts';
import type { Targeted } from './operation-index.ts';

/** Finds rules by service and method, `package.Service/Method`, as the path of a gRPC request has them. */
export class GrpcIndex<Value> {
  readonly #sets: PatternSets<Value>;
  readonly #names: PatternSet;

  constructor(rules: readonly Targeted<Value>[], sets: RequestSets<Value>) {
    this.#sets = sets.patterns;
    this.#names = sets.patterns.add(
      rules.flatMap(({ target: { service = '*', method = '*' }, value }) =>
        compiledEntries(`${service}/${method}`, '/', value),
      ),
    );
  }

  find({ message }: Operation, found: Finds<Value>): void {
    if (message?.protocol === 'grpc') this.#sets.find(this.#names, `${message.service}/${message.method}`, found);
  }
}
