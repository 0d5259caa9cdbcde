import { actionDigest } from '@clawhold/approvals';
import type { Approval, Approvers, CanonicalAction, Reason } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';

/**
 * Puts an action before people. Nothing in the sandbox moves from the moment its files are looked at until somebody has
 * answered.
 *
 * @param describe called when the sandbox stands still.
 */
export function putBeforePeople(
  run: LiveRun,
  gateway: Pick<Gateway, 'requestApproval'>,
  describe: () => Promise<CanonicalAction>,
  { reasons, approvers }: { readonly reasons: readonly Reason[]; readonly approvers: Approvers },
): Promise<Approval> {
  return run.frost.during(async () => {
    const action = await describe();
    const digest = actionDigest(action);
    const approval = await gateway.requestApproval({ action, digest, reasons: [...reasons], approvers });
    await run.frost.begin(approval.id);
    return approval;
  });
}
