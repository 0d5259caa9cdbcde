import type { LiveSandbox } from '@clawhold/spec';
import type { LiveRuns } from './live-runs.ts';

/** The sandboxes that run now, with what they use. */
export async function listSandboxes(runs: Pick<LiveRuns, 'all'>): Promise<LiveSandbox[]> {
  const found = await Promise.all(
    runs.all().map(async ({ id, sandboxId, agent, sandbox }): Promise<LiveSandbox | undefined> => {
      const usage = await sandbox.usage().catch(() => undefined); // it ended meanwhile
      if (usage === undefined) return undefined;
      const { state, memoryBytes = null, processes = null } = usage;
      return { run: id, sandbox: sandboxId, agent, state, memoryBytes, processes };
    }),
  );
  return found.filter((one) => one !== undefined);
}
