import { endedRunStates } from '@clawhold/spec';
import type { KeyedBody, Timeline } from '../timeline/timeline.ts';
import type { Drafts } from './drafts.ts';

/** A timeline whose entries take the place of drafts: a turn that is recorded, or a run that ends, leaves none behind. */
export function replaceDrafts(timeline: Timeline, drafts: Drafts): Timeline {
  return {
    ...timeline,
    async append(run, entries) {
      await timeline.append(run, entries);
      if (entries.some(replaces)) drafts.end(run);
    },
  };
}

function replaces({ body }: KeyedBody): boolean {
  return (
    body.kind === 'turn' || body.kind === 'message' || (body.kind === 'state' && endedRunStates.includes(body.state))
  );
}
