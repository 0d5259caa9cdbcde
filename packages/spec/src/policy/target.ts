import { z } from 'zod';
import { filled } from './list.ts';

/** One pattern, or several of which any may match. `{ glob: … }` is how some exports of OpenShell write the first. */
export const patternsSchema = z.union(
  [z.string(), z.strictObject({ any: filled(z.string()) }), z.strictObject({ glob: z.string() })],
  { error: 'write a pattern, or { any: [pattern, pattern] }' },
);
export type Patterns = z.infer<typeof patternsSchema>;

export const operationTypes = ['query', 'mutation', 'subscription'] as const;

/**
 * What a rule is about. Which fields may stand there depends on the endpoint's protocol; a field of another protocol is
 * an error, because it would never match.
 */
export const targetSchema = z.strictObject({
  /**
   * rest and websocket: an HTTP method, `WEBSOCKET_TEXT`, `WEBSOCKET_BINARY` or `*`; GET covers HEAD. mcp, json-rpc, a2a
   * and grpc: a glob over method names.
   */
  method: z.string().optional(),
  /** rest and websocket: a glob over the normalised path. */
  path: z.string().optional(),
  /**
   * rest and websocket: decoded keys of the query. To allow or ask, every key must be there and all its values match; to
   * forbid, every key must be there and one of its values match.
   */
  query: z.record(z.string(), patternsSchema).optional(),
  /** graphql, and GraphQL over websocket. */
  operation_type: z.enum([...operationTypes, '*']).optional(),
  /** graphql: a glob; an operation without a name never matches it. */
  operation_name: z.string().optional(),
  /** graphql: globs over root fields. To allow or ask, every field must match one; to forbid, one must. */
  fields: filled(z.string()).optional(),
  /** mcp: the tool of `tools/call`. */
  tool: patternsSchema.optional(),
  /** mcp: OpenShell's longer way to write `tool`. */
  params: z.strictObject({ name: patternsSchema }).optional(),
  /** grpc: a glob over the full name of the service; the dot is no delimiter. */
  service: z.string().optional(),
  /** sql: no version reads it. */
  command: z.string().optional(),
  /** mcp, json-rpc and a2a: a CEL expression over `args`. Without an answer the decision is deny. */
  where: z.string().optional(),
});
export type Target = z.infer<typeof targetSchema>;
