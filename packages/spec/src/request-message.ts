import { z } from 'zod';
import { operationTypes } from './policy/target.ts';

/**
 * What an inspector read from a request beyond its head, one message at a time: a batch is several questions, and is
 * refused when one of them is.
 */
export const requestMessageSchema = z.discriminatedUnion('protocol', [
  /** One message to the server over a WebSocket whose upgrade was allowed. */
  z.object({ protocol: z.literal('websocket'), frame: z.enum(['text', 'binary']) }),
  z.object({
    protocol: z.literal('graphql'),
    /** Null when only the hash or id of a persisted operation was sent. */
    type: z.enum(operationTypes).nullable(),
    name: z.string().nullable(),
    /** Root fields by their real names, fragments expanded, each once. */
    fields: z.array(z.string()),
    /** The hash or id of a persisted operation, when no document was sent. */
    persisted: z.string().nullable(),
  }),
  z.object({
    protocol: z.literal('mcp'),
    /**
     * The JSON-RPC method, or what a session does without one: `session/response` (an answer to the server),
     * `session/listen` (the GET that opens the server's stream), `session/end` (DELETE).
     */
    method: z.string(),
    /** The name in `tools/call`, else null. */
    tool: z.string().nullable(),
    /** The arguments of `tools/call`, else the parameters. */
    arguments: z.record(z.string(), z.unknown()),
  }),
  z.object({ protocol: z.literal('json-rpc'), method: z.string(), params: z.unknown() }),
  z.object({ protocol: z.literal('grpc'), service: z.string(), method: z.string() }),
  z.object({ protocol: z.literal('a2a'), method: z.string(), params: z.unknown() }),
]);
export type RequestMessage = z.infer<typeof requestMessageSchema>;
