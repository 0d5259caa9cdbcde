import { nearestWord, readStrictYaml } from '@clawhold/documents';
import { toolDeclarations } from '@clawhold/tools';
import { z } from 'zod';
import { delegateTool } from '../own-tools.ts';

const budgetsSchema = z.strictObject({
  /** Model turns, those of sub-agents included. Default and ceiling: `limits.runTurns`. */
  turns: z.number().int().positive().optional(),
  /** Input and output tokens. Default: `limits.runTokens`. */
  tokens: z.number().int().positive().optional(),
  /** Seconds of work; waiting for a person does not count. Default: `limits.runSeconds`. */
  seconds: z.number().positive().optional(),
});

const knownTools: readonly string[] = [...toolDeclarations, delegateTool].map(({ name }) => name);

const toolName = z.string().refine((name) => knownTools.includes(name), {
  error: ({ input }) => {
    const meant = nearestWord(String(input), knownTools);
    return `there is no tool "${String(input)}"; ${meant === undefined ? `there are ${knownTools.join(', ')}` : `did you mean "${meant}"`}`;
  },
});

/** What an agent is: who it should be, which tools it may propose, how much it may spend. What it may *do* is policy. */
const agentManifestSchema: z.ZodType<AgentManifest> = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'),
  description: z.string(),
  instructions: z.string().min(1),
  tools: z.array(toolName).min(1),
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
 * @param origin how the document is named in messages.
 * @throws ClawholdError `input_agent_manifest`: its message names the line, and the nearest key or tool for a typo.
 */
export function parseAgentManifest(text: string, origin: string): AgentManifest {
  return readStrictYaml(text, origin, agentManifestSchema, { code: 'input_agent_manifest', afterwards: 'try again' });
}
