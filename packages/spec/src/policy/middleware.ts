import { z } from 'zod';
import { filled } from './list.ts';

/**
 * What a middleware can take out of bodies: credentials and personal data of known forms, and whatever begins like a key of
 * OpenAI (`sk-` and 16 further characters).
 */
export const middlewareContents = ['credentials', 'pii', 'sk_keys'] as const;
export type MiddlewareContent = (typeof middlewareContents)[number];

const maximumMiddlewares = 10;
const maximumPatterns = 32;

export const middlewareSchema = z
  .strictObject({
    name: z.string().optional(),
    /** What runs: a detector or a rewriter that the installation has. */
    middleware: z.string().min(1),
    /** Lower runs first; no two are equal. Default 0. */
    order: z.number().int().optional(),
    config: z.record(z.string(), z.unknown()).optional(),
    /** `fail_open` loads as `fail_closed`. */
    on_error: z.enum(['fail_closed', 'fail_open']).optional(),
    /** Host patterns; what is excluded wins. */
    endpoints: z.strictObject({ include: filled(z.string()), exclude: filled(z.string()).optional() }),
  })
  .refine(({ endpoints: { include, exclude = [] } }) => include.length + exclude.length <= maximumPatterns, {
    message: `at most ${maximumPatterns} host patterns`,
  });

/** What looks at requests after they were let in and before a credential is filled in. */
export const middlewaresSchema = z
  .record(z.string().min(1), middlewareSchema)
  .refine((middlewares) => Object.keys(middlewares).length <= maximumMiddlewares, {
    message: `at most ${maximumMiddlewares} middlewares`,
  })
  .refine(
    (middlewares) => {
      const orders = Object.values(middlewares).map(({ order = 0 }) => order);
      return new Set(orders).size === orders.length;
    },
    { message: 'no two middlewares have the same `order`' },
  );
