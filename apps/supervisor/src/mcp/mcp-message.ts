import { z } from 'zod';

/** What came of a request, without its number. The words are the server's: hostile text. */
export type McpAnswer =
  | { readonly result: Readonly<Record<string, unknown>> }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } };

/** One message of JSON-RPC 2.0, of whichever side. */
export type McpMessage =
  | { readonly kind: 'request'; readonly id: string | number; readonly method: string; readonly params: unknown }
  | { readonly kind: 'notification'; readonly method: string }
  | { readonly kind: 'answer'; readonly id: string | number | null; readonly answer: McpAnswer }
  | { readonly kind: 'none' };

const paramsSchema = z.record(z.string(), z.unknown()).optional();
const errorSchema = z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() });
const version = { jsonrpc: z.literal('2.0') };
const idSchema = z.union([z.string(), z.number()]);

const messageSchema = z.union([
  z.strictObject({ ...version, id: idSchema, method: z.string(), params: paramsSchema }),
  z.strictObject({ ...version, method: z.string(), params: paramsSchema }),
  z.strictObject({ ...version, id: idSchema, result: z.record(z.string(), z.unknown()) }),
  z.strictObject({ ...version, id: idSchema.nullable(), error: errorSchema }),
]);

/** Reads one message, by the letter. Never throws. */
export function readMcpMessage(text: string): McpMessage {
  const message = messageSchema.safeParse(jsonOf(text)).data;
  if (message === undefined) return { kind: 'none' };
  if ('method' in message) {
    const { method, params } = message;
    return 'id' in message ? { kind: 'request', id: message.id, method, params } : { kind: 'notification', method };
  }
  return 'result' in message
    ? { kind: 'answer', id: message.id, answer: { result: message.result } }
    : { kind: 'answer', id: message.id, answer: { error: message.error } };
}

/** JSON-RPC 2.0, section 5.1, "Server error": the platform could not get an answer. */
const noAnswer = -32_000;

/** @param why one sentence. */
export function failureOf(why: string): McpAnswer {
  return { error: { code: noAnswer, message: `The MCP server gave no answer: ${why}` } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
