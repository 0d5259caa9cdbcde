import { readStrictYaml } from '@clawhold/documents';
import { type AgentBudgets, agentBudgetsSchema } from '@clawhold/spec';
import { z } from 'zod';
import { type HarnessName, harnessNames } from './harnesses.ts';
import { type ToolMeaning, toolMeaningSchema } from './tool-meaning.ts';

/** An agent that is a program of somebody else's, run unchanged inside the sandbox. What it may do is policy. */
export interface ProgramManifest {
  readonly name: string;
  readonly description: string;
  readonly harness: HarnessName;
  /** Program and arguments, `{task}` for the person's words. */
  readonly command: readonly string[];
  /** `provider/model`; the run's own choice goes first. */
  readonly model?: string | undefined;
  /** What its own tools are, by the names that its model calls them. */
  readonly tools: Readonly<Record<string, ToolMeaning>>;
  readonly budgets: AgentBudgets;
}

/** More is no command that a person wrote. */
const mostArguments = 1_000;

/** Program and arguments, as a person or a manifest names them. */
export const programArgumentsSchema: z.ZodArray<z.ZodString> = z
  .array(z.string().refine((argument) => !argument.includes('\0'), 'no argument of a program holds a zero byte'))
  .min(1)
  .max(mostArguments);

export const programManifestSchema: z.ZodType<ProgramManifest> = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'),
  description: z.string(),
  harness: z.enum(harnessNames),
  command: programArgumentsSchema,
  model: z.string().optional(),
  tools: z.record(z.string(), toolMeaningSchema).default({}),
  budgets: agentBudgetsSchema.default({}),
});

/**
 * Reads the text of an `agents/<name>.yaml` with a `harness`.
 *
 * @param origin how the document is named in messages.
 * @throws ClawholdError `input_agent_manifest`: its message names line and key.
 */
export function parseProgramManifest(text: string, origin: string): ProgramManifest {
  return readStrictYaml(text, origin, programManifestSchema, { code: 'input_agent_manifest', afterwards: 'try again' });
}
