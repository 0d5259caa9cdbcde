import type { LiveSandbox, SideRole } from '@clawhold/spec';
import type { LiveRun } from './live-run.ts';
import type { LiveRuns } from './live-runs.ts';
import type { SideSandbox } from './side-sandboxes.ts';

/** The sandboxes that run now, with what they use. */
export async function listSandboxes(runs: Pick<LiveRuns, 'all'>): Promise<LiveSandbox[]> {
  const found = await Promise.all(
    runs
      .all()
      .flatMap((run) => [
        look(run, { id: run.sandboxId, sandbox: run.sandbox, role: null }),
        ...run.beside.all().map((one) => look(run, one)),
      ]),
  );
  return found.filter((one) => one !== undefined);
}

async function look(
  { id: run, agent }: LiveRun,
  { id, sandbox, role }: Pick<SideSandbox, 'id' | 'sandbox'> & { readonly role: SideRole | null },
): Promise<LiveSandbox | undefined> {
  const usage = await sandbox.usage().catch(() => undefined); // it ended meanwhile
  if (usage === undefined) return undefined;
  const { state, memoryBytes = null, processes = null } = usage;
  return { run, sandbox: id, agent, beside: role, state, memoryBytes, processes };
}
