import { z } from 'zod';
import { checkpointSchema } from './checkpoint.ts';
import { decisionSchema } from './decision.ts';
import { id } from './ids.ts';
import { labelSchema } from './label.ts';
import { planItemSchema, runStates } from './run.ts';
import { verdicts } from './unknown-step.ts';

/**
 * What a person sees of a run, live and afterwards: an ordered list of entries. Everything an agent, a model or a host
 * wrote in here is hostile text.
 */
export const timelineBodySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), state: z.enum(runStates), explanation: z.string().nullable() }),
  z.object({ kind: z.literal('plan'), items: z.array(planItemSchema) }),
  /** A model turn ended. */
  z.object({
    kind: z.literal('turn'),
    turn: id('turn'),
    agent: z.string(),
    text: z.string(),
    calls: z.array(z.object({ step: id('step'), tool: z.string(), arguments: z.record(z.string(), z.unknown()) })),
    inputTokens: z.number().int(),
    outputTokens: z.number().int(),
  }),
  /** Words of a conversation: a person's, or all that the agent answered to them under the same turn. */
  z.object({
    kind: z.literal('message'),
    turn: id('turn'),
    from: z.enum(['person', 'agent']),
    by: z.string(),
    text: z.string(),
    /** False where the agent has no answer; then the text says why. */
    ok: z.boolean(),
  }),
  z.object({ kind: z.literal('step.started'), step: id('step'), tool: z.string(), summary: z.string() }),
  z.object({
    kind: z.literal('step.ended'),
    step: id('step'),
    outcome: z.enum(['ok', 'failed', 'denied', 'unknown']),
    /** Shortened to 4,096 characters. */
    output: z.string(),
    label: labelSchema,
    milliseconds: z.number(),
  }),
  /** A person said whether a step whose result was lost had its effect. */
  z.object({
    kind: z.literal('step.settled'),
    step: id('step'),
    verdict: z.enum(verdicts),
    by: z.string(),
    note: z.string().nullable(),
  }),
  /** One decision about something that was tried; allowed reads are counted, not listed. */
  z.object({
    kind: z.literal('decision'),
    step: id('step').nullable(),
    what: z.string(),
    decision: decisionSchema,
  }),
  z.object({ kind: z.literal('approval'), approval: id('approval'), step: id('step'), summary: z.string() }),
  z.object({
    kind: z.literal('approval.ended'),
    approval: id('approval'),
    state: z.enum(['approved', 'denied', 'expired', 'void']),
  }),
  /** A request left, or was kept from leaving. */
  z.object({
    kind: z.literal('egress'),
    step: id('step').nullable(),
    method: z.string(),
    url: z.string(),
    decision: z.enum(['allow', 'ask', 'deny']),
    status: z.number().int().nullable(),
    requestBytes: z.number().int(),
    responseBytes: z.number().int(),
  }),
  /** The view of the files can go back to this moment. */
  z.object({ kind: z.literal('checkpoint'), checkpoint: checkpointSchema }),
  /** What the browser of the run showed after a step: a JPEG, fetched by the entry's sequence. */
  z.object({ kind: z.literal('picture'), step: id('step'), blob: id('blob') }),
  z.object({ kind: z.literal('note'), level: z.enum(['info', 'warning']), text: z.string() }),
]);
export type TimelineBody = z.infer<typeof timelineBodySchema>;

export const timelineEntrySchema = z.object({
  /** Counts from 1 in each run. */
  sequence: z.number().int().positive(),
  time: z.iso.datetime(),
  body: timelineBodySchema,
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
