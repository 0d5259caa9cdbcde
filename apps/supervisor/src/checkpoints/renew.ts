import type { RenewedView } from '@clawhold/sandbox';
import { ClawholdError } from '@clawhold/spec';
import type { LiveRun } from '../runs/live-run.ts';

/** Mounts the files of a living sandbox on other layers. @throws ClawholdError `state_programs_running`: then nothing was done. */
export async function renew({ id, sandbox }: LiveRun, view: RenewedView): Promise<void> {
  try {
    await sandbox.renew(view);
  } catch (error) {
    if (!(error instanceof ClawholdError) || error.code !== 'sandbox_programs_running') throw error;
    throw new ClawholdError('state_programs_running', `Programs of ${id} still run in its sandbox.`, {
      hint: 'Wait for their end, or let the agent end them.',
      cause: error,
    });
  }
}
