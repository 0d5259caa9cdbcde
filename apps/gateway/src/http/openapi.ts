import { createRoute, z } from '@hono/zod-openapi';
import { named } from './named.ts';
import { refusedAs } from './refusals.ts';

/** A JSON answer with its description. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } } as const;
}

/** A JSON request body with an example of it. */
export function body<Schema extends z.ZodType>(schema: Schema, example: z.input<Schema>) {
  return { required: true, content: { 'application/json': { schema, example } } } as const;
}

export { createRoute, named, refusedAs, z };

export const empty = z.object({}).openapi('Empty');
