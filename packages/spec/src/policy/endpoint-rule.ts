import { z } from 'zod';
import { effects } from '../tool.ts';
import { filled } from './list.ts';
import { targetSchema } from './target.ts';

/** A rule of an endpoint that reads requests: exactly one of `allow` and `ask`. */
export const endpointRuleSchema = z
  .strictObject({
    allow: targetSchema.optional(),
    ask: targetSchema.optional(),
    /**
     * Default: `read` for GET, HEAD and OPTIONS, for GraphQL queries and subscriptions, and for MCP methods other than
     * `tools/call`; `irreversible` for everything else.
     */
    effect: z.enum(effects).optional(),
    /**
     * JSON pointers (RFC 6901) into the request body (mcp: into the arguments; json-rpc and a2a: into the parameters),
     * or `query:<key>`: values that choose where something goes.
     */
    destination: filled(z.string()).optional(),
    /** The operation that takes this one back; makes it `compensable`. */
    inverse: z.strictObject({ method: z.string(), path: z.string() }).optional(),
  })
  .refine((rule) => (rule.allow === undefined) !== (rule.ask === undefined), {
    message: 'a rule has exactly one of "allow" and "ask"',
  });
export type EndpointRule = z.infer<typeof endpointRuleSchema>;

/** A tool of an MCP endpoint: exactly one of `allow`, `ask` and `deny`. */
export const endpointToolSchema = z
  .strictObject({
    /** A glob; the dot is no delimiter. */
    name: z.string(),
    allow: z.literal(true).optional(),
    ask: z.literal(true).optional(),
    deny: z.literal(true).optional(),
    effect: z.enum(effects).optional(),
    /** A CEL expression over `args`, the arguments of the call. Without an answer the decision is deny. */
    where: z.string().optional(),
  })
  .refine(({ allow, ask, deny }) => [allow, ask, deny].filter((word) => word !== undefined).length === 1, {
    message: 'a tool has exactly one of "allow: true", "ask: true" and "deny: true"',
  });
export type EndpointTool = z.infer<typeof endpointToolSchema>;
