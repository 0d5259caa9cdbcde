import { limits, mcpHost, mcpServerName } from '@clawhold/spec';
import { z } from 'zod';
import { programArgumentsSchema } from './program-arguments.ts';

/**
 * An MCP server that speaks over its standard input and output, started for each run in a sandbox of its own. What agents may call
 * of it is the policy of the agent, at its host; what it may reach by itself is a policy of its own, or nothing.
 */
export interface McpServer {
  /** Program and arguments, as they are in its sandbox. */
  readonly command: readonly string[];
  /** `read`: it sees the task folder at `/task` as the run found it. Default: nothing of it. */
  readonly files: 'none' | 'read';
  /** The name of the policy that says what it may reach and see. Default: it has no network at all. */
  readonly policy?: string | undefined;
}

/** By name. */
export type McpServers = Readonly<Record<string, McpServer>>;

export const mcpServersSchema: z.ZodType<McpServers> = z
  .record(
    z.string(),
    z.strictObject({
      command: programArgumentsSchema,
      files: z.enum(['none', 'read']).default('none'),
      policy: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]*$/, 'the name of a policy: lower-case letters, digits and hyphens')
        .optional(),
    }),
  )
  .superRefine((servers, context) => {
    const names = Object.keys(servers);
    for (const name of names)
      if (!mcpServerName.test(name))
        context.addIssue({
          code: 'custom',
          path: [name],
          message: 'the name of a server is lower-case letters and digits, at most 20, a letter first',
        });
    if (names.length > limits.mcpServers)
      context.addIssue({ code: 'custom', path: [], message: `at most ${limits.mcpServers} servers` });
  });

/** Where the agent of a run finds a server of its own. */
export function mcpUrl(name: string): string {
  return `http://${mcpHost(name)}/mcp`;
}

/** The server whose tool a model calls, by the names that agents make for them (`files__read`, `mcp__files__read`, `files_read`). */
export function mcpServerOf(tool: string, servers: McpServers): string | undefined {
  const [, name = ''] = /^(?:mcp__)?([a-z0-9]+)_/.exec(tool) ?? [];
  return Object.hasOwn(servers, name) ? name : undefined;
}

/** In the form that most programs read: the value of `mcpServers`. */
export function mcpServerList(
  servers: McpServers,
): Readonly<Record<string, { readonly type: 'http'; readonly url: string }>> {
  return Object.fromEntries(Object.keys(servers).map((name) => [name, { type: 'http', url: mcpUrl(name) }]));
}
