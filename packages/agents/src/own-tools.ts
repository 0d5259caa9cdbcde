import { planItemSchema } from '@clawhold/spec';
import { z } from 'zod';
import type { AgentTool } from './agent-tool.ts';
import { loopLimits } from './loop-limits.ts';

/** Arguments of `plan.update`: the whole plan, in order. */
export const planUpdateSchema = z.strictObject({ items: z.array(planItemSchema).max(loopLimits.planItems) });

/** Arguments of `agent.delegate`. */
export const delegateSchema = z.strictObject({
  task: z.string().min(1).describe('What the sub-agent shall do, complete in itself: it sees nothing else.'),
  tools: z.array(z.string()).min(1).describe('The tools it may use: some of yours, never others.'),
});

/** Arguments of `task.complete`: the claim to be done, with what it rests on. */
export const completeSchema = z.strictObject({
  summary: z.string().min(1).describe('What was done and found, for the person.'),
  checks: z
    .array(
      z.strictObject({
        demand: z.string().min(1).describe('One thing the task asks for.'),
        evidence: z.string().min(1).describe('What you saw that shows it.'),
        met: z.boolean().default(true),
      }),
    )
    .default([])
    .describe('One for each demand of the task.'),
  files: z.array(z.string()).default([]).describe('Files you say you wrote or changed.'),
});
export type CompletionClaim = z.infer<typeof completeSchema>;

/** Tools that the loop carries out itself: they touch nothing outside the conversation, so they are reads. */
const declare = (name: string, description: string, schema: z.ZodType): AgentTool =>
  Object.freeze({ name, description, effectOf: () => 'read', parameters: z.toJSONSchema(schema, { io: 'input' }) });

export const planTool: AgentTool = declare(
  'plan.update',
  'Replaces your plan. Keep it true: one item active while you work on it, done or dropped when it is over.',
  planUpdateSchema,
);

export const delegateTool: AgentTool = declare(
  'agent.delegate',
  'Hands a part of the work to a sub-agent that has only the tools you name. Its answer comes back as the result.',
  delegateSchema,
);

export const completeTool: AgentTool = declare(
  'task.complete',
  'Says that the task is done. Check the result against the task first.',
  completeSchema,
);
