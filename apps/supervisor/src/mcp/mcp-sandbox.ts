import type { McpServer } from '@clawhold/harness';
import { ordinaryFiles } from '@clawhold/spec';
import type { Policies } from '../deciding/policies.ts';
import { listenerRequests } from '../network/doors.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { openSideSandbox, type SideSandboxParts } from '../runs/open-side-sandbox.ts';
import type { SideSandbox } from '../runs/side-sandboxes.ts';
import { filesOf } from '../runs/static-files.ts';

export interface McpSandboxParts extends SideSandboxParts {
  readonly policies: Pick<Policies, 'of'>;
}

/** One of the servers of a run, started for the n-th time. */
export interface McpStart {
  readonly name: string;
  readonly server: McpServer;
  readonly start: number;
}

/**
 * Makes the sandbox of an MCP server. Without a policy of its own it sees the system's folders and has no network; with one it
 * sees and reaches what that says; each start has a folder of its own, because the files of the one before may still be on their
 * way out. Nothing in it is the agent's: no memory, no configuration, no folder that its hands wrote.
 *
 * @throws ClawholdError `policy_missing`, `sandbox_path_not_offered`, and what the driver throws.
 */
export async function openMcpSandbox(parts: McpSandboxParts, live: LiveRun, asked: McpStart): Promise<SideSandbox> {
  const { name, server, start } = asked;
  const { policy } = server;
  const request = { role: 'mcp', name: `mcp-${name}-${start}`, readOnly: [] } as const;
  const task = server.files === 'read' ? 'read' : 'hidden';
  if (policy === undefined)
    return openSideSandbox(parts, live, { ...request, listeners: [], files: { ...ordinaryFiles, task } });
  const snapshot = parts.policies.of(policy);
  const { systemCalls, taskSecrets } = snapshot;
  return openSideSandbox(parts, live, {
    ...request,
    listeners: listenerRequests,
    files: { ...filesOf(policy, snapshot), task },
    systemCalls,
    agent: policy,
    settled: { id: live.id, agent: policy, files: snapshot.files.sandbox, systemCalls, taskSecrets },
  });
}
