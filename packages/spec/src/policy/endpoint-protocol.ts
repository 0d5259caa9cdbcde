import { z } from 'zod';
import { endpointToolSchema } from './endpoint-rule.ts';
import { filled } from './list.ts';
import { operationTypes } from './target.ts';
import { byteCount } from './units.ts';

/** How an endpoint's requests are read. `tcp` lets bytes through unread. */
export const endpointProtocols = ['tcp', 'rest', 'websocket', 'graphql', 'mcp', 'json-rpc', 'grpc', 'a2a'] as const;
export type EndpointProtocol = (typeof endpointProtocols)[number];

const registeredOperation = z.strictObject({
  operation_type: z.enum(operationTypes),
  operation_name: z.string().optional(),
  fields: filled(z.string()).optional(),
});

/** What only some protocols have. */
export const endpointProtocolShape = {
  /** graphql: `allow_registered` lets through operations that are named by hash or id and stand in the registry. */
  persisted_queries: z.enum(['deny', 'allow_registered']).optional(),
  /** graphql: what a hash or id stands for. */
  graphql_persisted_queries: z.record(z.string(), registeredOperation).optional(),
  graphql_max_body_bytes: byteCount.optional(),
  mcp: z
    .strictObject({
      max_body_bytes: byteCount.optional(),
      /** Default true: tool names are letters, digits, `_`, `.` and `-`, at most 128. */
      strict_tool_names: z.boolean().optional(),
      /** Every method of the protocol; tools too, unless a rule names one. Default false. */
      allow_all_known_mcp_methods: z.boolean().optional(),
    })
    .optional(),
  json_rpc: z.strictObject({ max_body_bytes: byteCount.optional() }).optional(),
  /** mcp: what may be called. The methods that a session is made of are allowed with it. */
  tools: filled(endpointToolSchema).optional(),
  /**
   * mcp: a tool whose description changed is withheld until an operator looked at it. The first description that this
   * installation sees is pinned; with `closed` none is, so that a new tool waits for an operator too. Default false.
   */
  pin_tool_descriptions: z
    .union([z.boolean(), z.literal('closed')], { error: 'write `true`, `false` or `closed`' })
    .optional(),
} as const;
