import { announce, announceFailure, readStart } from '@clawhold/channel';
import { attachLauncher } from '@clawhold/sandbox';
import { supervisorStartSchema } from '@clawhold/spec';
import { startSupervisor } from './start.ts';

/** The data-plane process. The launcher is its parent; the manager hands over its start document. */
try {
  const { document, managerGone } = await readStart(supervisorStartSchema);
  const { firstSandboxId } = document;
  const driver = await attachLauncher(firstSandboxId === null ? {} : { firstHostId: firstSandboxId });
  const supervisor = await startSupervisor(document, driver);
  const end = async (): Promise<void> => {
    await supervisor.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void end());
  managerGone.addEventListener('abort', () => void end());
  if (managerGone.aborted) await end();
  announce({ kind: 'ready', detail: {} });
} catch (error) {
  announceFailure(error);
  process.exit(1);
}
