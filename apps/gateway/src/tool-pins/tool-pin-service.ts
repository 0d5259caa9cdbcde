import {
  ClawholdError,
  ledgerEvent,
  type PinnedTool,
  pinCommand,
  type ToolPin,
  type ToolPinEntry,
} from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { SupervisorClient } from '../supervisors/client.ts';

/** What an operator sees and does of the descriptions of MCP tools, which the supervisor keeps. */
export interface ToolPinService {
  list(): Promise<readonly ToolPinEntry[]>;
  read(tool: PinnedTool): Promise<ToolPin>;
  /** @throws ClawholdError `state_no_such_pin`, `state_pin_changed`. */
  accept(tool: PinnedTool, digest: string, by: string): Promise<ToolPin>;
  /** The next description of the tool is the first again. @throws ClawholdError `state_no_such_pin`. */
  forget(tool: PinnedTool, by: string): Promise<void>;
}

export function createToolPinService(supervisor: SupervisorClient, ledger: Recorder): ToolPinService {
  return {
    list: async () => (await supervisor.listToolPins()).pins,
    read: (tool) => supervisor.readToolPin(tool),
    async accept(tool, digest, by) {
      const { pinned, waiting } = await supervisor.readToolPin(tool);
      if (pinned?.digest !== digest && waiting?.digest !== digest)
        throw new ClawholdError('state_pin_changed', 'The tool has no description with this digest.', {
          hint: `Look at it again: npx ${pinCommand('show', tool)}`,
        });
      // A person's word is on record before it counts.
      const body = { ...tool, digest, before: pinned?.digest ?? null, by };
      await ledger.append([ledgerEvent('tool_description.accepted', body, { actor: `person:${by}` })]);
      return supervisor.acceptToolPin({ ...tool, digest });
    },
    async forget(tool, by) {
      const { pinned, waiting } = await supervisor.readToolPin(tool);
      const body = { ...tool, pinned: pinned?.digest ?? null, waiting: waiting?.digest ?? null, by };
      await ledger.append([ledgerEvent('tool_description.forgotten', body, { actor: `person:${by}` })]);
      await supervisor.forgetToolPin(tool);
    },
  };
}
