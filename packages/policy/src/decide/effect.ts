import type { Effect, EgressQuestion } from '@clawhold/spec';
import { toolCallMethod } from '../operation/mcp-methods.ts';
import type { EndpointMatch } from './match-endpoints.ts';

/** What the innermost rule says about the effect of a request or a message; without a word what its protocol says. */
export function effectOf({ operation }: EgressQuestion, matches: readonly EndpointMatch[]): Effect {
  let stated: Effect | null = null;
  for (const { rule } of matches) if (rule !== undefined && rule.effect !== null) stated = rule.effect;
  return stated ?? (operation !== undefined && isRead(operation) ? 'read' : 'irreversible');
}

/** Safe methods of HTTP (RFC 9110 section 9.2.1), operations of GraphQL that only ask, and MCP without a tool. */
function isRead({ method, message }: NonNullable<EgressQuestion['operation']>): boolean {
  switch (message?.protocol) {
    case undefined:
      return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
    case 'graphql':
      return message.type === 'query' || message.type === 'subscription';
    case 'mcp':
      return message.tool === null && message.method !== toolCallMethod;
    case 'websocket':
    case 'json-rpc':
    case 'grpc':
    case 'a2a':
      return false;
    default:
      return message satisfies undefined;
  }
}
