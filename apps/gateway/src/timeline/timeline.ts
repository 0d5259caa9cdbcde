import type { RunId, TimelineBody, TimelineEntry } from '@clawhold/spec';
import { endedRunStates, timelineBodySchema } from '@clawhold/spec';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { ContentSeal } from '../sealing/content.ts';
import type { Database } from '../store/database.ts';
import type { Signals } from '../store/signals.ts';

/** A body with an optional key: written once for each key of a run, however often it is sent. */
export interface KeyedBody {
  readonly body: TimelineBody;
  readonly key?: string | undefined;
}

/** The story of each run, sealed, in order, readable while it grows. */
export interface Timeline {
  append(run: RunId, entries: readonly KeyedBody[]): Promise<void>;
  /** Entries after `sequence` (0: all of them), oldest first; at most `most`, 500 unless told. */
  read(run: RunId, after: number, most?: number): Promise<readonly TimelineEntry[]>;
  /** The same, and then every new one as it comes, until `signal` aborts. */
  follow(run: RunId, after: number, signal: AbortSignal): AsyncIterable<TimelineEntry>;
}

type TurnBody = Extract<TimelineBody, { kind: 'turn' }>;

const pageSize = 500;

function place(run: RunId, sequence: number): string {
  return `timeline_entry/${run}/${sequence}`;
}

export function createTimeline(database: Kysely<Database>, content: ContentSeal, signals: Signals): Timeline {
  async function append(run: RunId, entries: readonly KeyedBody[]): Promise<void> {
    // Before the transaction: one that waited inside for a second connection could wait for ever.
    const seal = await content.sealer(run);
    await database.transaction().execute(async (transaction) => {
      // The row lock orders the writers of one run: worker, supervisor and people write to the same timeline.
      await transaction.selectFrom('run').select('id').where('id', '=', run).forUpdate().execute();
      const last = await transaction
        .selectFrom('timeline_entry')
        .select((builder) => builder.fn.max('sequence').as('sequence'))
        .where('run', '=', run)
        .executeTakeFirst();
      let sequence = Number(last?.sequence ?? 0);
      for (const { body, key } of entries) {
        const sealed = seal(place(run, sequence + 1), JSON.stringify(body));
        const written = await transaction
          .insertInto('timeline_entry')
          .values({ run, sequence: sequence + 1, key: key ?? null, sealed })
          .onConflict((conflict) => conflict.columns(['run', 'key']).doNothing())
          .returning('sequence')
          .executeTakeFirst();
        if (written === undefined) continue;
        sequence += 1;
        if (body.kind === 'turn') await countTurn(transaction, run, body);
      }
      await sql`select pg_notify('clawhold', ${`timeline/${run}`})`.execute(transaction);
    });
  }

  /** In the transaction of the entry, so that a turn that is told twice counts once. The end of a run sets its totals. */
  async function countTurn(transaction: Transaction<Database>, run: RunId, turn: TurnBody): Promise<void> {
    await transaction
      .updateTable('run')
      .set((row) => ({
        turns: row('turns', '+', 1),
        input_tokens: row('input_tokens', '+', turn.inputTokens),
        output_tokens: row('output_tokens', '+', turn.outputTokens),
      }))
      .where('id', '=', run)
      .where('state', 'not in', [...endedRunStates])
      .execute();
  }

  async function read(run: RunId, after: number, most: number = pageSize): Promise<readonly TimelineEntry[]> {
    const rows = await database
      .selectFrom('timeline_entry')
      .select(['sequence', 'time', 'sealed'])
      .where('run', '=', run)
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(most)
      .execute();
    return Promise.all(
      rows.map(async (row) => {
        const text = await content.openText(run, place(run, row.sequence), row.sealed);
        const body = timelineBodySchema.parse(JSON.parse(text));
        return { sequence: row.sequence, time: row.time.toISOString(), body };
      }),
    );
  }

  async function* follow(run: RunId, after: number, signal: AbortSignal): AsyncIterable<TimelineEntry> {
    const subscription = signals.subscribe(`timeline/${run}`, signal);
    let position = after;
    while (!signal.aborted) {
      const entries = await read(run, position);
      for (const entry of entries) {
        position = entry.sequence;
        yield entry;
      }
      if (entries.length === 0) await subscription.next();
    }
  }

  return { append, read, follow };
}
