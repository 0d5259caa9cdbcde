import type { AgentTool } from '@clawhold/agents';
import type { BuiltInToolName, Effect } from '@clawhold/spec';
import { z } from 'zod';

const path = z.string().min(1).describe('Relative to the task folder.');

const declare = (name: BuiltInToolName, effect: Effect, description: string, schema: z.ZodType): AgentTool => ({
  name,
  effect,
  description,
  parameters: z.toJSONSchema(schema, { io: 'input' }),
});

/** What the built-in agent is offered. The supervisor has the last word on arguments, effects and permission. */
export const sandboxTools: readonly AgentTool[] = [
  declare(
    'shell.exec',
    'reversible',
    'Runs a command with sh in the task folder and returns its output and exit status.',
    z.strictObject({ command: z.string().min(1) }),
  ),
  declare(
    'file.read',
    'read',
    'Returns the text of a file.',
    z.strictObject({
      path,
      offset: z.number().int().nonnegative().optional().describe('First line, counted from 0.'),
      limit: z.number().int().positive().optional().describe('Number of lines.'),
    }),
  ),
  declare('file.write', 'reversible', 'Writes a whole file.', z.strictObject({ path, content: z.string() })),
  declare(
    'file.edit',
    'reversible',
    'Replaces text in a file that must occur exactly once, unless replace_all is true.',
    z.strictObject({ path, old: z.string().min(1), new: z.string(), replace_all: z.boolean().optional() }),
  ),
  declare(
    'file.list',
    'read',
    'Lists a folder.',
    z.strictObject({ path: path.optional(), depth: z.number().int().positive().optional() }),
  ),
  declare(
    'file.search',
    'read',
    'Finds lines that match a regular expression.',
    z.strictObject({ pattern: z.string().min(1), path: path.optional() }),
  ),
  declare(
    'http.fetch',
    'irreversible',
    'Sends one HTTP request, as far as policy allows.',
    z.strictObject({
      url: z.url(),
      method: z.string().optional(),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.string().optional(),
    }),
  ),
];
