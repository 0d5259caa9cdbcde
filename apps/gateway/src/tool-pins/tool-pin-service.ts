import { ledgerEvent, operatorName, type PinnedTool, type ToolPin, type ToolPinEntry } from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { SupervisorClient } from '../supervisors/client.ts';

/** What an operator sees and does of the descriptions of MCP tools, which the supervisor keeps. */
export interface ToolPinService {
  list(): Promise<readonly ToolPinEntry[]>;
  read(tool: PinnedTool): Promise<ToolPin>;
  accept(tool: PinnedTool, digest: string): Promise<ToolPin>;
}

export function createToolPinService(supervisor: SupervisorClient, ledger: Recorder): ToolPinService {
  return {
    list: async () => (await supervisor.listToolPins()).pins,
    read: (tool) => supervisor.readToolPin(tool),
    async accept(tool, digest) {
      const before = (await supervisor.readToolPin(tool)).pinned?.digest ?? null;
      const accepted = await supervisor.acceptToolPin({ ...tool, digest });
      const body = { ...tool, digest, before, by: operatorName };
      await ledger.append([ledgerEvent('tool_description.accepted', body, { actor: 'api' })]);
      return accepted;
    },
  };
}
