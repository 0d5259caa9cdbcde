import { ClawholdError, limits } from '@clawhold/spec';
import { z } from 'zod';
import type { SideSandbox } from '../runs/side-sandboxes.ts';
import type { McpBackend } from './http-face.ts';
import { failureOf, type McpAnswer } from './mcp-message.ts';
import { StdioServer } from './stdio-server.ts';

export interface McpBackendParts {
  /** Makes its sandbox, for the n-th time. */
  readonly open: (start: number) => Promise<SideSandbox>;
  readonly command: readonly string[];
  /** Whether a person is asked: then its time does not count. */
  readonly isStill: () => boolean;
  /** Tells people one sentence. */
  readonly tell: (text: string) => void;
}

/** The version of MCP that is spoken to it. */
const protocolVersion = '2025-06-18';

const initializedSchema = z.object({
  protocolVersion: z.string().max(20),
  capabilities: z.record(z.string(), z.unknown()),
  serverInfo: z.object({ name: z.string().max(200), version: z.string().max(200) }),
});

/** What an agent may be told that a server can do; changes that it announces do not reach the agent. */
const offered = ['tools', 'resources', 'prompts', 'completions'] as const;

interface Running {
  readonly server: StdioServer;
  readonly began: McpAnswer;
}

/**
 * One MCP server of a run: started when it is first asked something, once more when it ended, and given up after
 * `limits.mcpRestarts` ends. The agent's sessions are the platform's; the server knows one client.
 */
export function createMcpBackend({ open, command, isStill, tell }: McpBackendParts): McpBackend {
  let running: Promise<Running | McpAnswer> | undefined;
  let starts = 0;
  const [program = '', ...rest] = command;

  async function start(): Promise<Running | McpAnswer> {
    const { sandbox } = await open(starts);
    const server = new StdioServer(
      sandbox.execute({ arguments: [program, ...rest], folder: '/tmp', interactive: true }),
      isStill,
    );
    void server.ended.then((why) => {
      running = undefined;
      tell(why);
      return sandbox.kill();
    });
    const answer = await server.ask('initialize', {
      protocolVersion,
      capabilities: {},
      clientInfo: { name: 'clawhold', version: '1' },
    });
    const said = 'result' in answer ? initializedSchema.safeParse(answer.result).data : undefined;
    if (said === undefined) {
      await sandbox.kill();
      return 'error' in answer ? answer : failureOf('It does not say what it is.');
    }
    server.tell('notifications/initialized');
    const capabilities = Object.fromEntries(
      offered.filter((one) => Object.hasOwn(said.capabilities, one)).map((one) => [one, {}]),
    );
    // Its instructions would stand in the agent's prompt, and no rule or pin is about them.
    return { server, began: { result: { ...said, capabilities } } };
  }

  async function begin(): Promise<Running | McpAnswer> {
    if (running !== undefined) return running;
    if (starts > limits.mcpRestarts) return failureOf('It ended too often in this run.');
    starts += 1;
    const starting = start().catch((error: unknown) => {
      if (!(error instanceof ClawholdError)) throw error;
      tell([error.message, error.hint].filter((one) => one !== undefined).join(' '));
      return failureOf('It could not be started; the timeline of the run says why.');
    });
    running = starting;
    const begun = await starting.catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    if (!('server' in begun) && running === starting) running = undefined;
    return begun;
  }

  return {
    async begin() {
      const begun = await begin();
      return 'server' in begun ? begun.began : begun;
    },
    async ask(method, params, signal) {
      const begun = await begin();
      return 'server' in begun ? begun.server.ask(method, params, signal) : begun;
    },
  };
}
