import { z } from 'zod';
import { id } from '../ids.ts';
import { networkPolicySchema } from './endpoint.ts';

/**
 * A rule that somebody granted from a proposal, beside the documents: it opens what no document opens, never what one of
 * them forbids or the ceiling does not reach, for so long and so often.
 */
export const grantRuleSchema = z.object({
  id: id('proposal'),
  agent: z.string(),
  /** The one run that it is for; null: every run of the agent. */
  run: id('run').nullable(),
  policy: networkPolicySchema,
  expires: z.iso.datetime(),
  uses: z.number().int().positive(),
});
export type GrantRule = z.infer<typeof grantRuleSchema>;
