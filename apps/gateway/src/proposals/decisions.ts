import { type EventBody, type EventType, eventBodies } from '@clawhold/spec';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../store/database.ts';

/** The decisions of the ledger, from which proposals are made. */
export interface RecordedDecisions {
  /**
   * What was recorded after a sequence, oldest first, and how far that goes.
   *
   * @param sequence default: so far back as a gateway looks when it starts.
   */
  after(
    sequence?: number,
  ): Promise<{ readonly sequence: number; readonly bodies: readonly EventBody<'decision.made'>[] }>;
}

/** So many records a gateway looks back when it starts; proposals of what is older were made before. */
const lookedAtRecords = 20_000;

export function recordedDecisions(database: Kysely<Database>): RecordedDecisions {
  return {
    async after(sequence) {
      const { rows } = await sql<{ last: string }>`select coalesce(max(sequence), 0) as last from ledger_entry`.execute(
        database,
      );
      const last = Number(rows[0]?.last ?? 0);
      const found = await database
        .selectFrom('ledger_entry')
        .select('body')
        .where('sequence', '>', String(Math.max(sequence ?? 0, last - lookedAtRecords)))
        .where('sequence', '<=', String(last))
        .where('type', '=', 'decision.made' satisfies EventType)
        .orderBy('sequence')
        .execute();
      const bodies = found.flatMap(({ body }) => {
        const read = eventBodies['decision.made'].safeParse(JSON.parse(body));
        return read.success ? [read.data] : [];
      });
      return { sequence: last, bodies };
    },
  };
}
