import { z } from 'zod';
import { canonicalActionSchema } from './action.ts';
import { approversSchema, digestSchema, reasonSchema } from './decision.ts';
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
  approvers: approversSchema,
  /** Who started the run. */
  requester: z.string(),
  /** Who agreed so far, in order, each once. A no of one person ends it. */
  agreed: z.array(z.string()),
  requested: z.iso.datetime(),
  expires: z.iso.datetime(),
  decided: z.iso.datetime().nullable(),
  /** Who decided, of several people the last: a name, or null for nobody (expired, void). */
  decidedBy: z.string().nullable(),
});
export type Approval = z.infer<typeof approvalSchema>;
