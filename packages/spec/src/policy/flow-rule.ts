import { z } from 'zod';
import { confidentialityLevels, integrityLevels } from '../label.ts';

const condition = {
  from: z.strictObject({
    integrity: z.enum(integrityLevels).optional(),
    confidentiality: z.enum(confidentialityLevels).optional(),
  }),
  to: z.strictObject({
    /** A value of this role in a tool call or a request. */
    parameter: z.enum(['destination', 'content']).optional(),
    /** Data that leaves for a reader outside the team. */
    reader: z.enum(['external']).optional(),
  }),
} as const;

const askCondition = z.strictObject({
  ...condition,
  /** How many people must agree. Default 1. */
  approvers: z.number().int().min(1).max(10).optional(),
  /** `requester`: whoever started the run does not count. */
  not: z.enum(['requester']).optional(),
});

/** A rule about labels on data: content from outside may not choose where things go. */
export const flowRuleSchema = z
  .strictObject({ ask: askCondition.optional(), deny: z.strictObject(condition).optional() })
  .refine((rule) => (rule.ask === undefined) !== (rule.deny === undefined), {
    message: 'a flow rule has exactly one of "ask" and "deny"',
  });
export type FlowRule = z.infer<typeof flowRuleSchema>;
