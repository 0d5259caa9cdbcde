import {
  ClawholdError,
  endedRunStates,
  limits,
  type RunId,
  type RunState,
  type StepId,
  type UnknownStep,
  type Verdict,
} from '@clawhold/spec';
import { type Kysely, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { lockOpenRun } from '../runs/lock-open-run.ts';
import type { ContentSeal } from '../sealing/content.ts';
import type { Database } from '../store/database.ts';

/** What the worker says of a step whose result was lost. */
export type LostStep = Pick<UnknownStep, 'run' | 'step' | 'tool' | 'summary' | 'explanation'>;

/** What a person found out. */
export interface Finding {
  readonly verdict: Verdict;
  readonly note: string | null;
  readonly by: string;
}

/** Lost steps as rows, their words sealed. A step is settled once: of two answers at the same time one counts. */
export interface UnknownStepStore {
  /**
   * @param record writes down durably that it is lost; when it fails, nothing was reported.
   * @throws ClawholdError `state_run_ended`.
   */
  report(lost: LostStep, record: () => Promise<unknown>): Promise<UnknownStep>;
  /** @throws ClawholdError `state_no_such_step`. */
  read(run: RunId, step: StepId): Promise<UnknownStep>;
  /** Newest first. */
  list(filter: { readonly unsettled: boolean; readonly run?: RunId | undefined }): Promise<readonly UnknownStep[]>;
  /**
   * @param record writes down durably what a person found out; when it fails, nothing is settled.
   * @throws ClawholdError `state_no_such_step`, `state_step_settled`.
   */
  settle(run: RunId, step: StepId, finding: Finding, record: () => Promise<unknown>): Promise<UnknownStep>;
}

type Row = Selectable<Database['unknown_step']> & { readonly run_state: RunState };

const questionSchema = z.object({ tool: z.string(), summary: z.string(), explanation: z.string() });

const place = (run: RunId, step: StepId, what: 'question' | 'note'): string => `unknown_step/${run}/${step}/${what}`;

export function createUnknownStepStore(database: Kysely<Database>, content: ContentSeal): UnknownStepStore {
  async function toStep(row: Row): Promise<UnknownStep> {
    const run = row.run as RunId; // both ids passed spec's schema when they were written
    const step = row.step as StepId;
    const question = await content.openText(run, place(run, step, 'question'), row.question);
    // A run that was stopped waits for nobody either.
    const isLate = row.expires.getTime() <= Date.now() || endedRunStates.includes(row.run_state);
    return {
      run,
      step,
      ...questionSchema.parse(JSON.parse(question)),
      reported: row.reported.toISOString(),
      expires: row.expires.toISOString(),
      state: row.verdict === null ? (isLate ? 'expired' : 'open') : 'settled',
      verdict: row.verdict,
      note: row.note === null ? null : await content.openText(run, place(run, step, 'note'), row.note),
      settled: row.settled?.toISOString() ?? null,
      settledBy: row.settled_by,
    };
  }

  const rows = () =>
    database
      .selectFrom('unknown_step')
      .innerJoin('run', 'run.id', 'unknown_step.run')
      .selectAll('unknown_step')
      .select('run.state as run_state');

  async function read(run: RunId, step: StepId): Promise<UnknownStep> {
    const row = await rows().where('unknown_step.run', '=', run).where('step', '=', step).executeTakeFirst();
    if (row !== undefined) return toStep(row);
    throw new ClawholdError('state_no_such_step', `The run ${run} has no step ${step} whose result was lost.`, {
      status: 404,
      hint: 'See those that there are with: npx clawhold settle',
    });
  }

  return {
    read,

    async report({ run, step, ...question }, record) {
      const sealed = await content.sealText(run, place(run, step, 'question'), JSON.stringify(question));
      await database.transaction().execute(async (transaction) => {
        await lockOpenRun(transaction, run);
        const written = await transaction
          .insertInto('unknown_step')
          .values({
            run,
            step,
            question: sealed,
            expires: sql<Date>`now() + make_interval(secs => ${limits.unknownStepSeconds})`,
            verdict: null,
            note: null,
            settled: null,
            settled_by: null,
          })
          .onConflict((conflict) => conflict.columns(['run', 'step']).doNothing())
          .returning('step')
          .executeTakeFirst();
        if (written !== undefined) await record();
      });
      return read(run, step);
    },

    async list({ unsettled, run }) {
      let query = rows().orderBy('reported', 'desc').limit(200);
      if (unsettled) query = query.where('verdict', 'is', null);
      if (run !== undefined) query = query.where('unknown_step.run', '=', run);
      return Promise.all((await query.execute()).map(toStep));
    },

    async settle(run, step, { verdict, note, by }, record) {
      const sealed = note === null ? null : await content.sealText(run, place(run, step, 'note'), note);
      const settled = await database.transaction().execute(async (transaction) => {
        const written = await transaction
          .updateTable('unknown_step')
          .set({ verdict, note: sealed, settled: sql<Date>`now()`, settled_by: by })
          .where('run', '=', run)
          .where('step', '=', step)
          .where('verdict', 'is', null)
          .returning('step')
          .executeTakeFirst();
        if (written !== undefined) await record();
        return written !== undefined;
      });
      const known = await read(run, step);
      if (settled) return known;
      const words = known.verdict === 'happened' ? 'happened' : 'did not happen';
      throw new ClawholdError(
        'state_step_settled',
        `The step ${step} was settled already: ${known.settledBy} said that it ${words}.`,
      );
    },
  };
}
