import type { UnknownStep } from '@clawhold/client';
import { hostileLine } from './hostile.ts';
import { paint } from './output.ts';

/** Draws the steps of which nobody knows whether they happened, each with the command that settles it. */
export function drawUnknownSteps(steps: readonly UnknownStep[]): string {
  return steps
    .map(({ run, step, tool, summary, explanation, state }) =>
      [
        `${paint.warn('?')} ${paint.strong(tool)} ${hostileLine(summary, 200)}`,
        `  ${hostileLine(explanation, 300)}${state === 'expired' ? ' The run went on without it.' : ''}`,
        `  Look, and then: npx clawhold settle ${run} ${step} --happened (or --did-not-happen)`,
      ].join('\n'),
    )
    .join('\n\n');
}
