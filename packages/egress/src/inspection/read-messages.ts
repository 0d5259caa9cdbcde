import type { Inspector } from '@clawhold/spec';
import { type Fault, fault } from '../wire/fault.ts';
import type { Content, ReadMessages } from './content.ts';
import { readGraphql } from './graphql.ts';
import { readCalls } from './json-rpc.ts';
import { readMcp } from './mcp.ts';

/** Reads the messages of a whole request. What two programs could read in two ways is a fault, whatever the policy says. */
export function readMessages(inspector: Inspector, content: Content): ReadMessages | Fault {
  switch (inspector) {
    case 'mcp':
      return readMcp(content);
    case 'json-rpc':
    case 'a2a':
      return readCalls(inspector, content);
    case 'graphql':
      return readGraphql(content);
    // These have no messages, or are read where they stream.
    case 'rest':
    case 'websocket':
    case 'graphql-websocket':
    // Its head says all; `readGrpc`.
    case 'grpc':
      return fault('inspector', 'Nothing reads this protocol here.', 501);
    default:
      return inspector satisfies never;
  }
}
