import { z } from 'zod';
import { grantRuleSchema } from '../policy/grant-rule.ts';

/** The policy of an installation as it goes from the gateway to the supervisor: texts, which each side compiles itself. */
export const policySourcesSchema = z.object({
  ceiling: z.string(),
  /** By the agent's name. */
  agents: z.record(z.string(), z.string()),
  /** What these documents extend, by the name that they give it. Default: nothing. */
  library: z.record(z.string(), z.string()).optional(),
});
export type PolicySources = z.infer<typeof policySourcesSchema>;

/** Every granted rule that is in force. An answer with a smaller revision is older: whoever has a newer one keeps it. */
export const grantsInForceSchema = z.object({ revision: z.number().int(), rules: z.array(grantRuleSchema) });
export type GrantsInForce = z.infer<typeof grantsInForceSchema>;
