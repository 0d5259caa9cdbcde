import type { Target } from '@clawhold/spec';
import { compiledGlobs } from '../glob/glob.ts';
import { TextIndex } from '../glob/text-index.ts';
import type { Operation } from './operation.ts';

/** Finds rules by service and method, `package.Service/Method`, as the path of a gRPC request has them. */
export class GrpcIndex<Value> {
  readonly #names = new TextIndex<Value>();

  add({ service = '*', method = '*' }: Target, value: Value): void {
    for (const glob of compiledGlobs(`${service}/${method}`, '/')) this.#names.add(glob, value);
  }

  find({ message }: Operation, found: Value[]): void {
    if (message?.protocol === 'grpc') this.#names.find(`${message.service}/${message.method}`, found);
  }
}
