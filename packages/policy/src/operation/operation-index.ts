import type { Endpoint, Target } from '@clawhold/spec';
import { protocolOf, readsGraphqlMessages } from '../load/endpoint-protocol.ts';
import { RestIndex } from '../request/request-index.ts';
import { GraphqlIndex } from './graphql-index.ts';
import { GrpcIndex } from './grpc-index.ts';
import { McpIndex } from './mcp-index.ts';
import { MethodIndex } from './method-index.ts';
import type { Operation } from './operation.ts';
import { WebSocketIndex } from './websocket-index.ts';

/** The rules of one endpoint, found by what an operation of its protocol is called. */
export interface OperationIndex<Value> {
  add(target: Target, value: Value): void;
  /** Adds the values of all rules that are about this operation to `found`, in no order; what else they demand comes later. */
  find(operation: Operation, found: Value[]): void;
}

export function createOperationIndex<Value>(endpoint: Endpoint): OperationIndex<Value> {
  const protocol = protocolOf(endpoint);
  switch (protocol) {
    // Of a connection whose bytes pass unread nothing is known; its index stays empty.
    case 'tcp':
    case 'rest':
      return new RestIndex();
    case 'websocket':
      return new WebSocketIndex(readsGraphqlMessages(endpoint));
    case 'graphql':
      return new GraphqlIndex();
    case 'mcp':
      return new McpIndex();
    case 'json-rpc':
    case 'a2a':
      return new MethodIndex(protocol);
    case 'grpc':
      return new GrpcIndex();
    default:
      return protocol satisfies never;
  }
}
