import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault, Identity, Route, ServiceTable } from '@clawhold/egress';
import { harnessOf, type McpServer } from '@clawhold/harness';
import { mcpServerAt } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { Program, Programs } from '../programs/programs.ts';
import { createTeller } from '../programs/teller.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import type { SideSandbox } from '../runs/side-sandboxes.ts';
import { httpFace } from './http-face.ts';
import { createMcpBackend } from './mcp-backend.ts';
import type { McpStart } from './mcp-sandbox.ts';

export interface McpServersParts {
  /** Where the sockets of their faces are: a folder of the supervisor's own. */
  readonly folder: string;
  readonly runs: Pick<LiveRuns, 'find'>;
  readonly programs: Pick<Programs, 'find'>;
  readonly gateway: Pick<Gateway, 'appendTimeline'>;
  readonly open: (live: LiveRun, asked: McpStart) => Promise<SideSandbox>;
}

/** Where the MCP servers of agents are. */
export type FindMcpServer = (host: string, identity: Identity) => ReturnType<ServiceTable['locate']> | undefined;

/**
 * Finds the MCP server that a host stands for in a run: those of its agent's manifest, and from where the agent works only. A
 * page in its browser, another server, and the hands of an agent that thinks elsewhere find none.
 */
export function createMcpServers({ folder, runs, programs, gateway, open }: McpServersParts): FindMcpServer {
  const faces = new WeakMap<LiveRun, Map<string, Promise<Route>>>();

  async function show(live: LiveRun, name: string, server: McpServer): Promise<Route> {
    const tell = createTeller(live, gateway);
    const backend = createMcpBackend({
      open: (start) => open(live, { name, server, start }),
      command: server.command,
      isStill: () => live.frost.open().length > 0,
      tell(text) {
        // Its end with the run is no news.
        if (!live.ended.aborted) void tell([{ kind: 'failed', text: `The MCP server ${name}: ${text}` }]);
      },
    });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const socket = join(folder, randomBytes(8).toString('hex'));
    const face = httpFace(backend).listen(socket);
    await once(face, 'listening');
    await chmod(socket, 0o600);
    const close = (): void => {
      face.close();
      face.closeAllConnections();
      void rm(socket, { force: true });
    };
    if (live.ended.aborted) close();
    else live.ended.addEventListener('abort', close, { once: true });
    return { kind: 'service', name: `mcp/${name}`, socket };
  }

  async function routeTo(live: LiveRun, name: string, server: McpServer): Promise<Route | Fault> {
    const ofRun = faces.get(live) ?? new Map<string, Promise<Route>>();
    faces.set(live, ofRun);
    const face = ofRun.get(name) ?? show(live, name, server);
    ofRun.set(name, face);
    try {
      return await face;
    } catch (error) {
      console.error(error);
      ofRun.delete(name);
      return { kind: 'fault', code: 'service_down', text: `The MCP server "${name}" cannot be offered.`, status: 502 };
    }
  }

  return (host, { run, sandbox }) => {
    const name = mcpServerAt(host);
    if (name === undefined) return undefined;
    const live = runs.find(run);
    const program = live === undefined ? undefined : programs.find(run);
    const server = program?.manifest.mcp[name];
    if (live === undefined || program === undefined || server === undefined)
      return refused(`This agent has no MCP server "${name}".`);
    if (!isItsPlace(live, program, sandbox)) return refused('An MCP server is for the agent only, where it works.');
    return routeTo(live, name, server);
  };
}

/** Whether the agent works in this sandbox: where it thinks, or in the run's own. */
function isItsPlace(live: LiveRun, { manifest }: Program, sandbox: Identity['sandbox']): boolean {
  const isSplit = harnessOf(manifest.harness).mind !== undefined;
  return isSplit ? live.beside.find(sandbox)?.role === 'mind' : live.sandboxId === sandbox;
}

function refused(text: string) {
  return { kind: 'refused', reason: { code: 'hard_block', text } } as const;
}
