import type { UnknownStep } from '@clawhold/client';
import { timeLeft } from '../approval/time-left.ts';
import { hostileLine } from './hostile.ts';
import { paint } from './output.ts';

/** Draws the steps of which nobody knows whether they happened, each with the command that settles it. */
export function drawUnknownSteps(steps: readonly UnknownStep[], now: number): string {
  return steps
    .map(({ run, step, tool, summary, explanation, state, expires }) =>
      [
        `${paint.warn('?')} ${paint.strong(tool)} ${hostileLine(summary, 200)}`,
        `  ${hostileLine(explanation, 300)}`,
        state === 'open'
          ? `  The run waits ${timeLeft(expires, now)} more; then it goes on without the step, and the agent may not repeat it.`
          : '  The run waits no more. You can still say it, for the record.',
        `  Look, and then: npx clawhold settle ${run} ${step} --happened (or --did-not-happen)`,
      ].join('\n'),
    )
    .join('\n\n');
}
