import type { Target } from '@clawhold/spec';
import { RequestIndex } from '../request/request-index.ts';
import { GraphqlIndex } from './graphql-index.ts';
import type { Operation } from './operation.ts';

/**
 * The rules of a `websocket` endpoint: the upgrade is a GET, and every message to the server is asked about under the
 * path of the upgrade, as `WEBSOCKET_TEXT` or `WEBSOCKET_BINARY`. Where rules are about GraphQL, messages are that.
 */
export class WebSocketIndex<Value> {
  readonly #requests = new RequestIndex<Value>();
  readonly #operations: GraphqlIndex<Value> | null;

  constructor(readsGraphql: boolean) {
    this.#operations = readsGraphql ? new GraphqlIndex() : null;
  }

  add(target: Target, value: Value): void {
    if (target.operation_type !== undefined) this.#operations?.add(target, value);
    else this.#requests.add(target, value);
  }

  find(operation: Operation, found: Value[]): void {
    const { message, method, path } = operation;
    if (message === undefined) this.#requests.findRequest(method, path, found);
    else if (this.#operations !== null) this.#operations.find(operation, found);
    else this.#requests.findRequest(isBinary(message) ? 'WEBSOCKET_BINARY' : 'WEBSOCKET_TEXT', path, found);
  }
}

function isBinary(message: NonNullable<Operation['message']>): boolean {
  return message.protocol === 'websocket' && message.frame === 'binary';
}
