import { announce, announceFailure, readStart } from '@clawhold/channel';
import { apiStartSchema } from '@clawhold/spec';
import { startApi } from './start.ts';

/** The gateway's api process. Started by the manager, which hands over its start document. */
try {
  const { document, managerGone } = await readStart(apiStartSchema);
  const api = await startApi(document);
  const end = async (): Promise<void> => {
    await api.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void end());
  managerGone.addEventListener('abort', () => void end());
  if (managerGone.aborted) await end();
  announce({ kind: 'ready', detail: { port: api.port } });
} catch (error) {
  announceFailure(error);
  process.exit(1);
}
