import { z } from 'zod';

/** What one run of an agent may spend, as its manifest says it. */
export const agentBudgetsSchema: z.ZodType<AgentBudgets> = z.strictObject({
  turns: z.number().int().positive().optional(),
  tokens: z.number().int().positive().optional(),
  seconds: z.number().positive().optional(),
});

export interface AgentBudgets {
  /** Model turns, those of sub-agents included. Default and ceiling: `limits.runTurns`. */
  readonly turns?: number | undefined;
  /** Input and output tokens. Default: `limits.runTokens`. */
  readonly tokens?: number | undefined;
  /** Seconds of work; waiting for a person does not count. Default: `limits.runSeconds`. */
  readonly seconds?: number | undefined;
}
