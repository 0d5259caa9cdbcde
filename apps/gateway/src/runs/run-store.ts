import { randomBytes } from 'node:crypto';
import { shippedManifest } from '@clawhold/agents/manifest';
import {
  ClawholdError,
  endedRunStates,
  formatId,
  idEntropyBytes,
  type Run,
  type RunId,
  type RunState,
  type SessionId,
} from '@clawhold/spec';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { ChosenAgent } from '../agents/agent-service.ts';
import type { ContentSeal } from '../sealing/content.ts';
import type { Database } from '../store/database.ts';

export interface NewRun {
  readonly task: string;
  readonly folder: string;
  readonly agent: string;
  /** Who starts it. */
  readonly requester: string;
  readonly manifest: Pick<ChosenAgent, 'digest' | 'text'>;
  readonly model: string;
  readonly scripted: boolean;
  /** It takes further messages. Default: false. */
  readonly isConversation?: boolean | undefined;
  /** The conversation it goes on with; a new one when absent. */
  readonly session?: SessionId | undefined;
}

export interface RunProgress {
  readonly state: RunState;
  readonly outcome: string | null;
  readonly usage: Run['usage'] | null;
  readonly selfCheck?: Run['selfCheck'] | undefined;
}

/** Runs as rows, their texts sealed. */
export interface RunStore {
  /**
   * @param record writes down durably that the run begins; when it fails, there is no run.
   * @throws ClawholdError `state_no_such_session`.
   */
  create(run: NewRun, record: (run: RunId) => Promise<unknown>): Promise<Run>;
  /** @throws ClawholdError `state_no_such_run`. */
  read(run: RunId): Promise<Run>;
  /** The manifest that a run took along, as text. @throws ClawholdError `state_no_such_run`. */
  manifest(run: RunId): Promise<string>;
  /** Newest first. */
  list(limit: number): Promise<readonly Run[]>;
  /** Runs on which a worker must be working, oldest first. */
  open(): Promise<readonly Run[]>;
  /**
   * @param record writes down durably that the run ends, when it does; when it fails, the run has not ended.
   * @throws ClawholdError `state_run_ended` when it has ended already: an end is final.
   */
  update(run: RunId, progress: RunProgress, record: (turns: number) => Promise<unknown>): Promise<Run>;
  /** Stopped runs of which the timeline does not say so. */
  stoppedUntold(): Promise<readonly Run[]>;
  saveConversation(run: RunId, blob: string): Promise<void>;
  session(session: SessionId): Promise<readonly { run: Run; conversation: string | null }[]>;
}

type Row = Selectable<Database['run']>;

function newId<Kind extends 'run' | 'session'>(kind: Kind): ReturnType<typeof formatId<Kind>> {
  return formatId(kind, randomBytes(idEntropyBytes));
}

function noSuchRun(run: string): ClawholdError {
  return new ClawholdError('state_no_such_run', `There is no run ${run}.`, {
    status: 404,
    hint: 'See the runs there are with: npx clawhold runs',
  });
}

async function assertSession(transaction: Transaction<Database>, session: SessionId): Promise<void> {
  const known = await transaction.selectFrom('session').select('id').where('id', '=', session).executeTakeFirst();
  if (known === undefined)
    throw new ClawholdError('state_no_such_session', `There is no session ${session}.`, { status: 404 });
}

export function createRunStore(database: Kysely<Database>, content: ContentSeal): RunStore {
  async function toRun(row: Row): Promise<Run> {
    // Ids in the table were made by newId; the column is plain text.
    const run = row.id as RunId;
    return {
      id: run,
      session: row.session as SessionId,
      task: await content.openText(run, `run/${run}/task`, row.task),
      folder: row.folder,
      agent: row.agent,
      model: row.model,
      scripted: row.scripted,
      conversation: row.is_conversation,
      state: row.state,
      files: row.files,
      outcome: row.outcome === null ? null : await content.openText(run, `run/${run}/outcome`, row.outcome),
      selfCheck: row.self_check,
      created: row.created.toISOString(),
      ended: row.ended?.toISOString() ?? null,
      usage: { turns: row.turns, inputTokens: row.input_tokens, outputTokens: row.output_tokens },
    };
  }
  const toRuns = (rows: readonly Row[]): Promise<Run[]> => Promise.all(rows.map(toRun));

  async function read(run: RunId): Promise<Run> {
    const row = await database.selectFrom('run').selectAll().where('id', '=', run).executeTakeFirst();
    if (row === undefined) throw noSuchRun(run);
    return toRun(row);
  }

  return {
    async create({ session: given, task, manifest, isConversation = false, ...rest }, record) {
      const run = newId('run');
      const session = given ?? newId('session');
      const sealed = await content.sealText(run, `run/${run}/task`, task);
      await database.transaction().execute(async (transaction) => {
        if (given === undefined) await transaction.insertInto('session').values({ id: session }).execute();
        else await assertSession(transaction, session);
        await transaction
          .insertInto('agent_manifest')
          .values({ ...manifest })
          .onConflict((conflict) => conflict.column('digest').doNothing())
          .execute();
        await transaction
          .insertInto('run')
          .values({
            ...rest,
            is_conversation: isConversation,
            manifest: manifest.digest,
            id: run,
            session,
            task: sealed,
            state: 'queued',
            outcome: null,
            self_check: null,
            conversation: null,
            ended: null,
          })
          .execute();
        await record(run);
      });
      return read(run);
    },

    read,

    async manifest(run) {
      const row = await database
        .selectFrom('run')
        .leftJoin('agent_manifest', 'agent_manifest.digest', 'run.manifest')
        .select('agent_manifest.text')
        .where('run.id', '=', run)
        .executeTakeFirst();
      if (row === undefined) throw noSuchRun(run);
      return row.text ?? shippedManifest();
    },

    list: async (limit) =>
      toRuns(await database.selectFrom('run').selectAll().orderBy('created', 'desc').limit(limit).execute()),

    open: async () =>
      toRuns(
        await database
          .selectFrom('run')
          .selectAll()
          .where('state', 'not in', [...endedRunStates])
          .orderBy('created')
          .execute(),
      ),

    async update(run, { state, outcome, usage, selfCheck = null }, record) {
      const sealed = outcome === null ? null : await content.sealText(run, `run/${run}/outcome`, outcome);
      const ends = endedRunStates.includes(state);
      const row = await database.transaction().execute(async (transaction) => {
        const written = await transaction
          .updateTable('run')
          .set({
            state,
            ...(sealed === null ? {} : { outcome: sealed }),
            ...(selfCheck === null ? {} : { self_check: selfCheck }),
            ...(ends ? { ended: sql<Date>`now()` } : {}),
            ...(usage === null
              ? {}
              : { turns: usage.turns, input_tokens: usage.inputTokens, output_tokens: usage.outputTokens }),
          })
          .where('id', '=', run)
          .where('state', 'not in', [...endedRunStates])
          .returningAll()
          .executeTakeFirst();
        if (written !== undefined && ends) await record(written.turns);
        return written;
      });
      if (row !== undefined) return toRun(row);
      const ended = await read(run);
      throw new ClawholdError('state_run_ended', `The run ${run} has already ended (${ended.state}).`);
    },

    stoppedUntold: async () =>
      toRuns(
        await database
          .selectFrom('run')
          .selectAll()
          .where('state', '=', 'stopped')
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('timeline_entry')
                  .select('sequence')
                  .whereRef('timeline_entry.run', '=', 'run.id')
                  .where('key', '=', 'stopped'),
              ),
            ),
          )
          .execute(),
      ),

    async saveConversation(run, blob) {
      await database.updateTable('run').set({ conversation: blob }).where('id', '=', run).execute();
    },

    async session(session) {
      const rows = await database
        .selectFrom('run')
        .selectAll()
        .where('session', '=', session)
        .orderBy('created')
        .execute();
      return Promise.all(rows.map(async (row) => ({ run: await toRun(row), conversation: row.conversation })));
    },
  };
}
