import { z } from 'zod';
import { endpointSchema } from './endpoint.ts';
import { filled } from './list.ts';
import { duration } from './units.ts';

/**
 * Rules that an agent asks for are decided by people. With `auto_approve` one that opens nothing new takes effect by
 * itself, for the run that asked: proved, and bounded by time and uses.
 */
export const proposalSettingsSchema = z.strictObject({
  auto_approve: z
    .strictObject({
      /** What counts as not new, besides what the policy lets pass already. Default: nothing. */
      within: filled(endpointSchema).optional(),
      /** How long such a rule lasts. */
      expire: duration,
      /** How often it may be used. */
      uses: z.number().int().min(1).max(10_000),
    })
    .optional(),
});
export type ProposalSettings = z.output<typeof proposalSettingsSchema>;
