import type { z } from '@hono/zod-openapi';

/**
 * Gives a schema of the vocabulary a name in the document. Schemas made before the OpenAPI extension was loaded do not
 * know how to carry one; their clones do.
 */
export function named<Schema extends z.ZodType>(schema: Schema, name: string): Schema {
  return schema.clone().openapi(name);
}
