import type { Finds } from '../glob/pattern-sets.ts';
import type { RequestSets } from '../request/request-sets.ts';
import { GraphqlIndex } from './graphql-index.ts';
import type { Operation } from './operation.ts';
import type { Targeted } from './operation-index.ts';

/**
 * The rules of a `websocket` endpoint: the upgrade is a GET, and every message to the server is asked about under the
 * path of the upgrade, as `WEBSOCKET_TEXT` or `WEBSOCKET_BINARY`. Where rules are about GraphQL, messages are that.
 */
export class WebSocketIndex<Value> {
  readonly #sets: RequestSets<Value>;
  readonly #requests: number;
  readonly #operations: GraphqlIndex<Value> | null;

  constructor(rules: readonly Targeted<Value>[], sets: RequestSets<Value>, readsGraphql: boolean) {
    const isOperation = ({ target }: Targeted<Value>): boolean => target.operation_type !== undefined;
    this.#sets = sets;
    this.#requests = sets.add(rules.filter((rule) => !isOperation(rule)));
    this.#operations = readsGraphql ? new GraphqlIndex(rules.filter(isOperation), sets) : null;
  }

  find(operation: Operation, found: Finds<Value>): void {
    const { message, method, path } = operation;
    if (message === undefined) this.#sets.find(this.#requests, method, path, found);
    else if (this.#operations !== null) this.#operations.find(operation, found);
    else this.#sets.find(this.#requests, isBinary(message) ? 'WEBSOCKET_BINARY' : 'WEBSOCKET_TEXT', path, found);
  }
}

function isBinary(message: NonNullable<Operation['message']>): boolean {
  return message.protocol === 'websocket' && message.frame === 'binary';
}
