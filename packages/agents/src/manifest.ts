import { ClawholdError } from '@clawhold/spec';
import { parse } from 'yaml';
import { z } from 'zod';

const budgetsSchema = z.strictObject({
  /** Model turns, those of sub-agents included. Default and ceiling: `limits.runTurns`. */
  turns: z.number().int().positive().optional(),
  /** Input and output tokens. Default: `limits.runTokens`. */
  tokens: z.number().int().positive().optional(),
  /** Seconds of work; waiting for a person does not count. Default: `limits.runSeconds`. */
  seconds: z.number().positive().optional(),
});

/** What an agent is: who it should be, which tools it may propose, how much it may spend. What it may *do* is policy. */
export const agentManifestSchema: z.ZodType<AgentManifest> = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'),
  description: z.string(),
  instructions: z.string().min(1),
  tools: z.array(z.string()).min(1),
  model: z.string().optional(),
  budgets: budgetsSchema.default({}),
});

export interface AgentManifest {
  readonly name: string;
  readonly description: string;
  /** The system prompt. */
  readonly instructions: string;
  /** Dotted names, `agent.delegate` included when it may have sub-agents. */
  readonly tools: readonly string[];
  /** `provider/model`; the run's own choice goes first. */
  readonly model?: string | undefined;
  readonly budgets: AgentBudgets;
}

export interface AgentBudgets {
  readonly turns?: number | undefined;
  readonly tokens?: number | undefined;
  readonly seconds?: number | undefined;
}

/**
 * Reads the text of an `agents/<name>.yaml`.
 *
 * @throws ClawholdError `input_agent_manifest` when it is no YAML, or has an unknown or wrong field.
 */
export function parseAgentManifest(text: string, origin: string): AgentManifest {
  const hint = 'See packages/agents/agents/default.yaml for a complete example.';
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw new ClawholdError('input_agent_manifest', `${origin} is no valid YAML.`, { hint, cause });
  }
  const result = agentManifestSchema.safeParse(document);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new ClawholdError(
    'input_agent_manifest',
    `${origin} is no agent manifest: ${where === '' ? '' : `${where}: `}${issue?.message ?? 'unreadable'}.`,
    { hint, cause: result.error },
  );
}
