import { z } from 'zod';
import { reasonSchema, ruleReferenceSchema } from './decision.ts';

/**
 * What an agent gets when it is refused (policy.md, "Decisions explain themselves"): HTTP 403 with this body from the
 * proxy, or the result of its tool call. `next` says what could be asked for; it never contains a secret.
 */
export const refusalSchema = z.object({
  error: z.literal('policy_denied'),
  asked: z.object({ kind: z.enum(['egress', 'tool', 'inference']), what: z.string() }),
  reasons: z.array(reasonSchema),
  rules: z.array(ruleReferenceSchema),
  next: z.string(),
  /** Set when a person could allow it: the id under which it was put forward. */
  proposal: z.string().optional(),
});
export type Refusal = z.infer<typeof refusalSchema>;
