import type { Approval, ApprovalId } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';

/** Waits until people have answered, or their time or the run is over: the gateway makes the questions of a run void that is. */
export async function awaitAnswer(
  gateway: Pick<Gateway, 'awaitApproval'>,
  { ended }: Pick<LiveRun, 'ended'>,
  approval: ApprovalId,
): Promise<Approval> {
  for (;;) {
    const found = await gateway.awaitApproval({ approval });
    if (found.state !== 'pending' || ended.aborted) return found;
  }
}
