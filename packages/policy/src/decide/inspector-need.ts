import type { CompiledEndpoint } from '../compile/compiled-endpoint.ts';
import type { Operation } from '../operation/operation.ts';

type Needed = NonNullable<CompiledEndpoint['inspector']>;

/** What must read the messages of a request: nothing, one inspector, or two that cannot both be right. */
export type InspectorNeed = Needed | 'conflict' | null;

/** What both need; GraphQL in a WebSocket is the deeper reading of the same messages. */
export function bothNeed(a: InspectorNeed, b: InspectorNeed): InspectorNeed {
  if (a === null || a === b) return b;
  if (b === null) return a;
  const both = new Set([a, b]);
  return both.has('websocket') && both.has('graphql-websocket') ? 'graphql-websocket' : 'conflict';
}

/** Whether this message is what the inspector of an endpoint would have read. */
export function isReadBy(inspector: Needed, message: Operation['message']): boolean {
  if (message === undefined) return false;
  if (inspector === 'websocket') return message.protocol === 'websocket' || message.protocol === 'graphql';
  return message.protocol === (inspector === 'graphql-websocket' ? 'graphql' : inspector);
}

/** Whether the head of a request is an effect of its own, before any message: the upgrade to a WebSocket is. */
export function headIsSent(need: InspectorNeed): boolean {
  return need === null || need === 'websocket' || need === 'graphql-websocket';
}
