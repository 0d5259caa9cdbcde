import { ClawholdError } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { CarriedLabels } from '../labels/carried-labels.ts';
import { createTeller } from '../programs/teller.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { AgentState } from './agent-state.ts';

export interface StateParts {
  readonly state: AgentState;
  readonly carried: Pick<CarriedLabels, 'note' | 'isSecret'>;
  readonly gateway: Pick<Gateway, 'appendTimeline'>;
}

/**
 * Works for a run with what its agent keeps, when it is the run's turn: one run of an agent after the other has it.
 *
 * @throws ClawholdError `state_no_sandbox` when the run ended while it waited.
 */
export function holdState<Result>(
  parts: StateParts,
  live: LiveRun,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  if (parts.state.isBusy(live.agent)) void createTeller(live, parts.gateway)([{ kind: 'said', text: waits(live) }]);
  return parts.state.during(live.agent, async (folder) => {
    // It may have waited for its turn.
    if (live.ended.aborted) throw new ClawholdError('state_no_sandbox', `The run ${live.id} is over.`);
    await remember(parts, live);
    return work(folder);
  });
}

function waits({ agent }: LiveRun): string {
  return `Another run of ${agent} has what ${agent} remembers; this one waits for its end. See which: npx clawhold runs`;
}

/** What it remembers, anybody may have told it, and what was secret then is secret now. */
async function remember({ state, carried }: StateParts, live: LiveRun): Promise<void> {
  const isSecret = await state.isSecret(live.agent);
  live.provenance.finished({ tool: 'memory', arguments: {}, ok: true, text: '', from: { kind: 'anything' }, isSecret });
  await carried.note(live);
}
