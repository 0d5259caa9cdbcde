import { type ApprovalId, type RunId, type StepId, type StepOutcome, supervisorRoutes } from '@clawhold/spec';
import type { Scene } from './scene.ts';

export interface ProgramStep {
  readonly run: RunId;
  readonly step: StepId;
  readonly approval?: ApprovalId;
}

/** Follows the run's program to its end. The supervisor starts it once, however often it is asked, and so after a crash. */
export async function followProgram({ hands, record }: Scene, step: ProgramStep): Promise<StepOutcome> {
  const ask = (known: 'running' | 'waiting') => hands.call(supervisorRoutes.runProgram, { ...step, known });
  let known: 'running' | 'waiting' = 'running';
  let progress = await ask(known);
  while (progress.state !== 'over') {
    if (progress.state !== known) await record.move(progress.state);
    known = progress.state;
    progress = await ask(known);
  }
  if (known === 'waiting') await record.move('running');
  return progress.outcome;
}
