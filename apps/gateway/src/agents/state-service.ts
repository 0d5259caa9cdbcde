import { type AgentChange, type AgentSnapshot, ledgerEvent } from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { SupervisorClient } from '../supervisors/client.ts';

/** What an agent keeps from run to run, and how it came to be so; the supervisor has it. */
export interface AgentStateService {
  /** The newest first. */
  changes(agent: string): Promise<readonly AgentChange[]>;
  /** Takes back what the newest change made of it. @throws ClawholdError `state_agent_unchanged`, `state_changes_differ`. */
  undo(agent: string, by: string): Promise<AgentChange>;
  /** The newest first. */
  snapshots(agent: string): Promise<readonly AgentSnapshot[]>;
  /** @throws ClawholdError `state_agent_busy` while a run has what the agent keeps. */
  snapshot(agent: string, why: AgentSnapshot['why']): Promise<AgentSnapshot>;
  /** What it keeps is as it was. @throws ClawholdError `state_agent_busy`, `state_no_such_snapshot`. */
  restore(
    agent: string,
    snapshot: number,
    by: string,
  ): Promise<{ readonly restored: AgentSnapshot; readonly left: AgentSnapshot }>;
}

export function createAgentStateService(supervisor: SupervisorClient, ledger: Recorder): AgentStateService {
  return {
    changes: async (agent) => (await supervisor.listAgentChanges(agent)).changes,
    async undo(agent, by) {
      // A person's word is on record before it counts.
      await ledger.append([ledgerEvent('agent.undone', { agent }, { actor: `person:${by}` })]);
      return supervisor.undoAgentChange(agent);
    },
    snapshots: async (agent) => (await supervisor.listAgentSnapshots(agent)).snapshots,
    snapshot: (agent, why) => supervisor.takeAgentSnapshot({ agent, why }),
    async restore(agent, snapshot, by) {
      await ledger.append([ledgerEvent('agent.restored', { agent, snapshot }, { actor: `person:${by}` })]);
      return supervisor.restoreAgentSnapshot({ agent, snapshot });
    },
  };
}
