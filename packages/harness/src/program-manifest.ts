import { readStrictYaml, type StrictYamlOptions } from '@clawhold/documents';
import { type AgentBudgets, agentBudgetsSchema } from '@clawhold/spec';
import { z } from 'zod';
import { type HarnessName, harnessNames } from './harnesses.ts';
import { commandInside, isInstalled, versionIn } from './installation/installed-harness.ts';
import { type McpServers, mcpServersSchema } from './mcp-server.ts';
import { programArgumentsSchema } from './program-arguments.ts';
import { type ToolMeaning, toolMeaningSchema } from './tool-meaning.ts';

/** An agent that is a program of somebody else's, run unchanged inside the sandbox. What it may do is policy. */
export interface ProgramManifest {
  readonly name: string;
  readonly description: string;
  readonly harness: HarnessName;
  /** Program and arguments, `{task}` for the person's words. */
  readonly command: readonly string[];
  /** The installation by Clawhold that has the program; undefined when the command says where that is. */
  readonly installed?: string | undefined;
  /** `provider/model`; the run's own choice goes first. */
  readonly model?: string | undefined;
  /** What its own tools are, by the names that its model calls them. */
  readonly tools: Readonly<Record<string, ToolMeaning>>;
  /** MCP servers of its own, each in a sandbox. */
  readonly mcp: McpServers;
  /** Its next run begins with what this one kept, when it ends well. Of a split agent always. */
  readonly keeps: boolean;
  readonly budgets: AgentBudgets;
}

const documentSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'),
    description: z.string(),
    harness: z.enum(harnessNames),
    command: programArgumentsSchema.optional(),
    installed: z.string().optional(),
    model: z.string().optional(),
    tools: z.record(z.string(), toolMeaningSchema).default({}),
    mcp: mcpServersSchema.default({}),
    keeps: z.boolean().optional(),
    budgets: agentBudgetsSchema.default({}),
  })
  .superRefine(({ harness, command, installed, mcp, keeps }, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (command === undefined && installed === undefined)
      refuse('command', 'the program and its arguments are missing');
    if (harness === 'pi' && Object.keys(mcp).length > 0) refuse('mcp', 'pi has no client for MCP servers');
    if (harness === 'openclaw' && keeps !== undefined) refuse('keeps', 'OpenClaw always keeps its state');
    if (installed === undefined) return;
    if (command !== undefined) refuse('command', 'an installed agent has its own program');
    if (!isInstalled(harness) || versionIn(harness, installed) === undefined)
      refuse('installed', `this is no installation of ${harness}`);
  });

const kindSchema = z.looseObject({ harness: z.unknown().optional() });
const reading: StrictYamlOptions = { code: 'input_agent_manifest', afterwards: 'try again' };

/** Whether the text of an `agents/<name>.yaml` is that of a program. @throws ClawholdError `input_agent_manifest`. */
export function isProgramManifest(text: string, origin: string): boolean {
  return readStrictYaml(text, origin, kindSchema, reading).harness !== undefined;
}

/**
 * Reads the text of an `agents/<name>.yaml` with a `harness`.
 *
 * @param origin how the document is named in messages.
 * @throws ClawholdError `input_agent_manifest`: its message names line and key.
 */
export function parseProgramManifest(text: string, origin: string): ProgramManifest {
  const { command, installed, harness, keeps = false, ...rest } = readStrictYaml(text, origin, documentSchema, reading);
  if (installed !== undefined && isInstalled(harness))
    return { ...rest, harness, keeps, installed, command: commandInside(harness) };
  return { ...rest, harness, keeps, command: command ?? [] };
}
