import { wireName } from '@clawhold/tools';
import { completeTool } from './own-tools.ts';

/** What the loop says to a model. */
export const remarks = {
  reminder: `You answered without a tool call. If the task is done, check the result and call ${wireName(completeTool.name)}; otherwise go on.`,
  cut: 'Your last answer was too long and was cut off; nothing after the cut was seen. Answer in smaller pieces.',
  empty: 'Your last answer was empty. Go on with the task.',
  sentBack: (objections: readonly string[]): string =>
    `Not accepted yet. ${objections.join(' ')} Check the result, set it right, and call ${wireName(completeTool.name)} again.`,
  accepted: (objections: readonly string[]): string =>
    objections.length === 0 ? 'Accepted.' : `Accepted, but not verified. ${objections.join(' ')}`,
  repeatOfUnknown: 'Not carried out: the same call was begun before and its result was lost. It must not be repeated.',
} as const;
