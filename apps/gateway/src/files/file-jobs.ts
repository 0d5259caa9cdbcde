import { ClawholdError, endedRunStates, type FileState, type RunId } from '@clawhold/spec';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { ContentSeal } from '../sealing/content.ts';
import type { Database } from '../store/database.ts';

const requestSchema = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('keep'),
    /** Digest of the list that the person saw. */
    digest: z.string(),
    /** null: all of it. */
    paths: z.array(z.string()).nullable(),
    skipConflicts: z.boolean(),
  }),
  z.object({ action: z.literal('discard') }),
  z.object({ action: z.literal('undo') }),
]);
export type FileRequest = z.infer<typeof requestSchema>;

/** What a person wants done with the file changes of a run, from the moment it is recorded until its end is. */
export interface FileJob {
  readonly run: RunId;
  readonly request: FileRequest;
  readonly by: string;
}

/** File changes that are being settled: one job for each run, so that of two at the same time one wins. */
export interface FileJobs {
  /**
   * @param record writes down durably what is about to be done; when it fails, nothing was begun.
   * @throws ClawholdError `state_no_such_run`, `state_run_going_on`, `state_files_busy`, `state_files_settled`,
   *   `state_files_not_kept`.
   */
  begin(job: FileJob, record: () => Promise<unknown>): Promise<void>;
  /**
   * Ends a job; the files are `to` then, or as they were.
   *
   * @param record writes down durably how it ended; when it fails, the job has not ended.
   */
  end(run: RunId, to: FileState | null, record: () => Promise<unknown>): Promise<void>;
  /** The jobs that have not ended. */
  list(): Promise<readonly FileJob[]>;
}

const doing = { keep: 'kept', discard: 'dropped', undo: 'taken back' } as const;

export function createFileJobs(database: Kysely<Database>, content: ContentSeal): FileJobs {
  const place = (run: RunId): string => `file_job/${run}/request`;
  return {
    async begin({ run, request, by }, record) {
      const sealed = await content.sealText(run, place(run), JSON.stringify(request));
      await database.transaction().execute(async (transaction) => {
        const found = await transaction
          .selectFrom('run')
          .select(['state', 'files'])
          .where('id', '=', run)
          .forUpdate()
          .executeTakeFirst();
        if (found === undefined)
          throw new ClawholdError('state_no_such_run', `There is no run ${run}.`, {
            status: 404,
            hint: 'See the runs there are with: npx clawhold runs',
          });
        if (!endedRunStates.includes(found.state))
          throw new ClawholdError('state_run_going_on', `The run ${run} is still going on (${found.state}).`, {
            hint: `Wait for it, or stop it with: npx clawhold stop ${run}`,
          });
        const underWay = await transaction
          .selectFrom('file_job')
          .select('action')
          .where('run', '=', run)
          .executeTakeFirst();
        if (underWay !== undefined) throw busy(run, underWay.action);
        assertPossible(run, request.action, found.files);
        await transaction
          .insertInto('file_job')
          .values({ run, action: request.action, request: sealed, started_by: by })
          .execute();
        await record();
      });
    },

    async end(run, to, record) {
      await database.transaction().execute(async (transaction) => {
        const job = await transaction.deleteFrom('file_job').where('run', '=', run).returning('run').executeTakeFirst();
        // Somebody else has ended it.
        if (job === undefined) return;
        if (to !== null) await transaction.updateTable('run').set({ files: to }).where('id', '=', run).execute();
        await record();
      });
    },

    async list() {
      const rows = await database.selectFrom('file_job').selectAll().orderBy(sql`started`).execute();
      return Promise.all(
        rows.map(async (row) => {
          const run = row.run as RunId; // it passed spec's schema when it was written
          const text = await content.openText(run, place(run), row.request);
          return { run, request: requestSchema.parse(JSON.parse(text)), by: row.started_by };
        }),
      );
    },
  };
}

function busy(run: RunId, action: FileRequest['action']): ClawholdError {
  return new ClawholdError(
    'state_files_busy',
    `The file changes of ${run} are being ${doing[action]} at this moment.`,
    {
      hint: `See in a moment what became of them: npx clawhold show ${run}`,
    },
  );
}

function assertPossible(run: RunId, action: FileRequest['action'], files: FileState): void {
  if (action === 'undo' && files !== 'kept')
    throw new ClawholdError(
      'state_files_not_kept',
      `The file changes of ${run} are not kept but ${files}.`,
      files === 'open' ? { hint: `Drop them with: npx clawhold discard ${run}` } : {},
    );
  if (action !== 'undo' && files !== 'open')
    throw new ClawholdError(
      'state_files_settled',
      `The file changes of ${run} are already ${files}.`,
      files === 'kept' ? { hint: `Take them back with: npx clawhold undo ${run}` } : {},
    );
}
