import { z } from 'zod';
import { canonicalActionSchema } from './action.ts';
import { digestSchema, reasonSchema } from './decision.ts';
import { id } from './ids.ts';

/** `pending` → `approved` → `consumed`, or `denied`, `expired`, `void` (the run ended or was stopped). Silence is no. */
export const approvalStates = ['pending', 'approved', 'consumed', 'denied', 'expired', 'void'] as const;
export type ApprovalState = (typeof approvalStates)[number];

export const approvalSchema = z.object({
  id: id('approval'),
  run: id('run'),
  step: id('step'),
  state: z.enum(approvalStates),
  action: canonicalActionSchema,
  /** SHA-256 of the canonical bytes of `action`. Whoever approves names it. */
  digest: digestSchema,
  /** Why a person is asked. */
  reasons: z.array(reasonSchema),
  requested: z.iso.datetime(),
  expires: z.iso.datetime(),
  decided: z.iso.datetime().nullable(),
  /** Who decided: a person's name, or null for nobody (expired, void). */
  decidedBy: z.string().nullable(),
});
export type Approval = z.infer<typeof approvalSchema>;
