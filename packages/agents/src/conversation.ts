import { id } from '@clawhold/spec';
import { z } from 'zod';

/** A tool call that a model proposed. `problem` says why it cannot be carried out as it stands. */
export const proposedCallSchema = z.object({
  id: z.string(),
  step: id('step'),
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  problem: z.string().nullable(),
});
export type ProposedCall = z.infer<typeof proposedCallSchema>;

/** What the model is told became of one call. */
export const callResultSchema = z.object({ id: z.string(), text: z.string() });
export type CallResult = z.infer<typeof callResultSchema>;

/**
 * A conversation as data. A turn and the results of its calls are one entry, so that no cut through the list can part
 * them: every model wire refuses a call without its result.
 */
export const entrySchema = z.discriminatedUnion('kind', [
  /** The person's own words. */
  z.object({ kind: z.literal('task'), text: z.string() }),
  z.object({
    kind: z.literal('turn'),
    text: z.string(),
    calls: z.array(proposedCallSchema),
    results: z.array(callResultSchema),
  }),
  /** What the loop says to the model. */
  z.object({ kind: z.literal('remark'), text: z.string() }),
  /** Stands for older entries. */
  z.object({ kind: z.literal('summary'), text: z.string() }),
]);
export type Entry = z.infer<typeof entrySchema>;

export const conversationSchema: z.ZodType<Conversation> = z.array(entrySchema);
export type Conversation = readonly Entry[];
