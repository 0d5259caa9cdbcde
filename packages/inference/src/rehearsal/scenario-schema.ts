import { z } from 'zod';
import type { Scenario } from './scenario.ts';

const pattern = z.string().transform((source, context) => {
  try {
    return new RegExp(source, 'is');
  } catch (error) {
    context.addIssue({ code: 'custom', message: `not a regular expression (${String(error)})` });
    return z.NEVER;
  }
});

const name = z.string().regex(/^[a-z0-9-]+$/, 'small letters, digits and hyphens only');
const turn = z.number().int().nonnegative();

const result = z.strictObject({
  call: z.string().optional(),
  tool: z.string().optional(),
  state: z.enum(['ok', 'denied']).optional(),
  text: pattern.optional(),
  pointer: z.string().optional(),
  matches: pattern.optional(),
});

const condition = z.strictObject({
  task: pattern.optional(),
  prompt: pattern.optional(),
  turns: z.strictObject({ min: turn.optional(), max: turn.optional() }).optional(),
  after: z.array(z.string()).optional(),
  results: z.array(result).optional(),
  without: z.array(result).optional(),
  found: z.array(z.string()).optional(),
});

const value = z.strictObject({
  from: result.optional(),
  pointer: z.string().optional(),
  pattern: pattern.optional(),
  every: z.boolean().optional(),
  default: z.string().optional(),
});

const call = z.strictObject({
  name: name.optional(),
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  each: z.string().optional(),
});

const reply = z.strictObject({ say: z.string().optional(), call: z.array(call).optional() });

const step = reply
  .extend({ name, when: condition.optional(), repeat: z.boolean().optional() })
  .refine(({ say, call: calls }) => say !== undefined || calls !== undefined, {
    message: 'a step says or calls something',
  });

/** A scenario as it is written in YAML. */
export const scenarioSchema: z.ZodType<Scenario> = z.strictObject({
  scenario: name,
  description: z.string(),
  task: pattern.optional(),
  values: z.record(z.string(), value).optional(),
  phrases: z
    .record(z.string(), z.array(z.strictObject({ when: condition.optional(), say: z.string() })).min(1))
    .optional(),
  steps: z.array(step).min(1),
  otherwise: reply.optional(),
});
