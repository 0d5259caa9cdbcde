import { nearestWord, readStrictYaml, type StrictYamlOptions } from '@clawhold/documents';
import { isProgramManifest, type ProgramManifest, parseProgramManifest } from '@clawhold/harness';
import { type AgentBudgets, agentBudgetsSchema } from '@clawhold/spec';
import { toolDeclarations } from '@clawhold/tools';
import { z } from 'zod';
import { delegateTool } from '../own-tools.ts';

const knownTools: readonly string[] = [...toolDeclarations, delegateTool].map(({ name }) => name);

const toolName = z.string().refine((name) => knownTools.includes(name), {
  error: ({ input }) => {
    const meant = nearestWord(String(input), knownTools);
    return `there is no tool "${String(input)}"; ${meant === undefined ? `there are ${knownTools.join(', ')}` : `did you mean "${meant}"`}`;
  },
});

const loopManifestSchema: z.ZodType<LoopManifest> = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'),
  description: z.string(),
  instructions: z.string().min(1),
  tools: z.array(toolName).min(1),
  model: z.string().optional(),
  budgets: agentBudgetsSchema.default({}),
});

/** An agent of the built-in loop: who it should be, which tools it may propose, how much it may spend. */
export interface LoopManifest {
  readonly harness?: undefined;
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

/** What an agent is: the built-in loop, or with a `harness` a program of somebody else's. What it may *do* is policy. */
export type AgentManifest = LoopManifest | ProgramManifest;

const reading: StrictYamlOptions = { code: 'input_agent_manifest', afterwards: 'try again' };

/**
 * Reads the text of an `agents/<name>.yaml`.
 *
 * @param origin how the document is named in messages.
 * @throws ClawholdError `input_agent_manifest`: its message names the line, and the nearest key or tool for a typo.
 */
export function parseAgentManifest(text: string, origin: string): AgentManifest {
  return isProgramManifest(text, origin)
    ? parseProgramManifest(text, origin)
    : readStrictYaml(text, origin, loopManifestSchema, reading);
}
