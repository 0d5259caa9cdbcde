import type { Endpoint, Target } from '@clawhold/spec';
import type { Finds } from '../glob/pattern-sets.ts';
import { protocolOf, readsGraphqlMessages } from '../load/endpoint-protocol.ts';
import type { RequestSets } from '../request/request-sets.ts';
import { RestIndex } from '../request/rest-index.ts';
import { GraphqlIndex } from './graphql-index.ts';
import { GrpcIndex } from './grpc-index.ts';
import { McpIndex } from './mcp-index.ts';
import { MethodIndex } from './method-index.ts';
import type { Operation } from './operation.ts';
import { WebSocketIndex } from './websocket-index.ts';

/** What a rule is about, and what stands for it. */
export interface Targeted<Value> {
  readonly target: Target;
  readonly value: Value;
}

/** The rules of one endpoint, found by what an operation of its protocol is called. */
export interface OperationIndex<Value> {
  /** Gives the values of all rules that are about this operation, in no order; what else they demand comes later. */
  find(operation: Operation, found: Finds<Value>): void;
}

/** @param sets where the patterns of all endpoints of a document stand. */
export function createOperationIndex<Value>(
  endpoint: Endpoint,
  rules: readonly Targeted<Value>[],
  sets: RequestSets<Value>,
): OperationIndex<Value> {
  const protocol = protocolOf(endpoint);
  switch (protocol) {
    // Of a connection whose bytes pass unread nothing is known; its index stays empty.
    case 'tcp':
    case 'rest':
      return new RestIndex(rules, sets);
    case 'websocket':
      return new WebSocketIndex(rules, sets, readsGraphqlMessages(endpoint));
    case 'graphql':
      return new GraphqlIndex(rules, sets);
    case 'mcp':
      return new McpIndex(rules, sets);
    case 'json-rpc':
    case 'a2a':
      return new MethodIndex(rules, sets, protocol);
    case 'grpc':
      return new GrpcIndex(rules, sets);
    default:
      return protocol satisfies never;
  }
}
