import type { TimelineEntry } from '@clawhold/client';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';

type Items = Extract<TimelineEntry['body'], { kind: 'plan' }>['items'];

const marks = { open: '○', active: paint.accent('◐'), done: paint.good('●'), dropped: paint.quiet('–') };

/** The plan whole when it is new, and afterwards only what is different. */
export function drawPlan(before: Items, after: Items): readonly string[] {
  const known = new Map(before.map(({ title, state }) => [title, state]));
  return after
    .filter(({ title, state }) => known.get(title) !== state)
    .map(({ title, state }) => `  ${marks[state]} ${hostileLine(title)}`);
}
