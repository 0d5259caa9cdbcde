import { problemMediaType, problemSchema } from '@clawhold/spec';
import { createRoute, z } from '@hono/zod-openapi';

/**
 * Gives a schema of the vocabulary a name in the document. Schemas made before the OpenAPI extension was loaded do not
 * know how to carry one; their clones do.
 */
export function named<Schema extends z.ZodType>(schema: Schema, name: string): Schema {
  return schema.clone().openapi(name);
}

const problem = {
  description: 'It was refused or failed; says why and what to do next (RFC 9457).',
  content: { [problemMediaType]: { schema: named(problemSchema, 'Problem') } },
} as const;

/** Every route can fail in these ways. */
export const problemResponses = {
  400: problem,
  401: problem,
  403: problem,
  404: problem,
  409: problem,
  503: problem,
} as const;

/** A JSON answer with its description. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } } as const;
}

/** A JSON request body. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

export { createRoute, z };

export const empty = z.object({}).openapi('Empty');
