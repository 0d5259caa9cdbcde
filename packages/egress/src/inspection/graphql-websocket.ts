import { parseStrictJson } from '@clawhold/policy';
import { type Fault, fault } from '../wire/fault.ts';
import { isObject, type ReadMessage } from './content.ts';
import { lookAlikes } from './exact-keys.ts';
import { readRequest } from './graphql.ts';

/** What clients of the two protocols send, and which of it starts an operation. */
const dialects = {
  /** https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md */
  'graphql-transport-ws': { start: 'subscribe', session: ['connection_init', 'ping', 'pong', 'complete'] },
  /** https://github.com/apollographql/subscriptions-transport-ws/blob/master/PROTOCOL.md, its predecessor */
  'graphql-ws': { start: 'start', session: ['connection_init', 'stop', 'connection_terminate'] },
} as const;

export type GraphqlDialect = keyof typeof dialects;

/** The sub-protocols in which operations can be read. */
export function isGraphqlDialect(protocol: string | undefined): protocol is GraphqlDialect {
  return protocol !== undefined && Object.hasOwn(dialects, protocol);
}

/** What only the session is about: it asks the server for nothing. */
interface SessionMessage {
  readonly kind: 'session';
}

const hasLookAlike = lookAlikes('type', 'id', 'payload');

/** Reads a text message of a client. What two servers could take for different messages is a fault. */
export function readGraphqlMessage(text: Buffer, dialect: GraphqlDialect): ReadMessage | SessionMessage | Fault {
  const parsed = parseStrictJson(text);
  if (parsed.kind === 'refused') return fault('unreadable_body', parsed.reason);
  const { value } = parsed;
  if (!isObject(value) || hasLookAlike(value) || Object.keys(value).some((key) => !keys.has(key))) return noMessage;
  const { type, id, payload } = value;
  const { start, session } = dialects[dialect];
  if (typeof type !== 'string' || (id !== undefined && typeof id !== 'string')) return noMessage;
  if (session.some((known) => known === type)) return { kind: 'session' };
  if (type !== start || id === undefined || !isObject(payload)) return noMessage;
  return readRequest(payload);
}

const keys: ReadonlySet<string> = new Set(['type', 'id', 'payload']);
const noMessage: Fault = fault('message', 'The text is no message of GraphQL over WebSocket.');
