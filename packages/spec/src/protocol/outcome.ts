import { z } from 'zod';
import { approvalSchema } from '../approval.ts';
import { labelSchema } from '../label.ts';
import { refusalSchema } from '../refusal.ts';

/** What became of a tool call. A refusal is a value: the agent reads it and goes on. */
export const stepOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('done'),
    /** Whether the tool did what was asked; a failing command is `done` with `ok: false`. */
    ok: z.boolean(),
    /** What the model sees. */
    output: z.string(),
    label: labelSchema,
    milliseconds: z.number(),
  }),
  /** A person is asked; the sandbox stays frozen until the approval ends. Ask again with its id. */
  z.object({ kind: z.literal('ask'), approval: approvalSchema }),
  z.object({ kind: z.literal('denied'), refusal: refusalSchema }),
  /** The call was begun before by a process that died, and it is no read: nobody knows what it did. */
  z.object({ kind: z.literal('unknown'), explanation: z.string() }),
]);
export type StepOutcome = z.infer<typeof stepOutcomeSchema>;
