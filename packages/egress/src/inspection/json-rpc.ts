import { type Fault, fault } from '../wire/fault.ts';
import { type Content, type ReadMessages, readBatch } from './content.ts';
import { lookAlikes } from './exact-keys.ts';

/** One JSON-RPC 2.0 object that a client sent. */
export type Envelope =
  | { readonly kind: 'call'; readonly method: string; readonly params: unknown }
  /** An answer to a request of the server. */
  | { readonly kind: 'response' };

const hasLookAlike = lookAlikes('jsonrpc', 'id', 'method', 'params', 'result', 'error');

/** Reads an object by the letter of JSON-RPC 2.0, sections 4 and 5: what is neither a call nor an answer is a fault. */
export function readEnvelope(value: Readonly<Record<string, unknown>>): Envelope | Fault {
  if (hasLookAlike(value) || value['jsonrpc'] !== '2.0') return notJsonRpc;
  const { id, method, params } = value;
  const isAnswer = 'result' in value !== 'error' in value;
  if ('id' in value && typeof id !== 'string' && typeof id !== 'number' && id !== null) return notJsonRpc;
  if (method === undefined)
    return isAnswer && 'id' in value && !('params' in value) ? { kind: 'response' } : notJsonRpc;
  if (typeof method !== 'string' || method === '' || 'result' in value || 'error' in value) return notJsonRpc;
  if (params !== undefined && (typeof params !== 'object' || params === null)) return notJsonRpc;
  return { kind: 'call', method, params };
}

/** JSON-RPC as such, and A2A's binding to it: a POST with a call or a batch of calls. */
export function readCalls(protocol: 'json-rpc' | 'a2a', content: Content): ReadMessages | Fault {
  if (content.method !== 'POST') return fault('message_method', 'Calls are sent here by POST.', 405);
  return readBatch(content, (value) => {
    const envelope = readEnvelope(value);
    if (envelope.kind === 'fault') return envelope;
    // Nobody asked: over HTTP a server of this protocol has no way to.
    if (envelope.kind === 'response') return notJsonRpc;
    const { method, params } = envelope;
    return { message: { protocol, method, params: params ?? {} }, content: params ?? {} };
  });
}

const notJsonRpc: Fault = fault('message', 'The body is no call by JSON-RPC 2.0.');
