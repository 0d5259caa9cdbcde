import { ledgerEvent } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from './live-run.ts';

/** Tells the ledger that a sandbox ended. Best effort: its end is no effect that could wait for a record. */
export async function recordSandboxEnd(
  gateway: Pick<Gateway, 'appendEvents'>,
  run: LiveRun,
  cause: string,
): Promise<void> {
  const event = ledgerEvent(
    'sandbox.ended',
    { sandbox: run.sandboxId, reason: cause },
    { actor: 'supervisor', run: run.id },
  );
  try {
    await gateway.appendEvents({ events: [event] });
  } catch (error) {
    console.error(error);
  }
}
