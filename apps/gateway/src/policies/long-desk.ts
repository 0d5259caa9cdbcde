import type { Draft, SimulationReport } from '@clawhold/policy';
import { replay } from '@clawhold/replay';
import type { AuditReader } from '../audit/reader.ts';
import type { DeskAnswers, DeskTasks } from './desk-task.ts';
import { inTurn } from './in-turn.ts';
import { createPolicyDesk } from './policy-desk.ts';
import { tooComplex } from './too-complex.ts';

/** Questions about documents that take their time: proofs, and what the ledger says about a draft. One at a time. */
export interface LongDesk {
  /** @throws ClawholdError `policy_invalid`, `policy_too_complex`, `state_desk_busy`. */
  prove(input: DeskTasks['prove']): Promise<DeskAnswers['prove']>;
  /**
   * @param agent whose decisions count. Undefined: those of all.
   * @param gone aborts when nobody waits for the answer any more.
   * @throws ClawholdError `policy_invalid`, `policy_too_complex`, `state_desk_busy`.
   */
  simulate(draft: Draft, agent: string | undefined, gone: AbortSignal): Promise<SimulationReport>;
}

/** @param seconds that one of them may take. Default 120. */
export function createLongDesk(audit: Pick<AuditReader, 'decisions'>, seconds = 120): LongDesk {
  const turn = inTurn();
  const desk = createPolicyDesk({ seconds });
  return {
    prove: (input) => turn(() => desk.ask('prove', input)),
    simulate: (draft, agent, gone) =>
      turn(async () => {
        await desk.ask('compile', { document: draft });
        const limit = AbortSignal.timeout(seconds * 1_000);
        const signal = AbortSignal.any([gone, limit]);
        try {
          // One thread: the rest of the machine belongs to those who work.
          return await replay(audit.decisions(), { draft, agent, now: Date.now(), form: 'bodies', threads: 1, signal });
        } catch (error) {
          throw limit.aborted ? tooComplex(seconds) : error;
        }
      }),
  };
}
