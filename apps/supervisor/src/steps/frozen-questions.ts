import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';

/** Thaws a run whose questions are all over. A worker that got a no does not come back with it. */
export async function settleEndedQuestions(run: LiveRun, gateway: Pick<Gateway, 'readApproval'>): Promise<void> {
  for (const question of run.frost.open()) {
    const { state } = await gateway.readApproval({ approval: question });
    // An approved one is settled by the call that it is for.
    if (state !== 'pending' && state !== 'approved') await run.frost.end(question);
  }
}
