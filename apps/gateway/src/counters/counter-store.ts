import { type Kysely, sql } from 'kysely';
import type { Database } from '../store/database.ts';
import { takeWithin } from './take-within.ts';

/** What somebody wants from a counter. */
export interface Taking {
  readonly counter: string;
  readonly amount: number;
  readonly limit: number;
  /** Only what was taken in the last so many seconds counts. Default: everything. */
  readonly seconds?: number | undefined;
}

export interface Reservation {
  readonly granted: boolean;
  readonly spent: number;
  /** Milliseconds until some of it no longer counts; only with `seconds`. */
  readonly clearsIn?: number;
}

/** Counters across agents and supervisors. A run and a day are part of a counter's name, so a new one starts at zero. */
export interface CounterStore {
  /** Takes it atomically: of two racing calls for the last of a limit, one gets it. */
  reserve(taking: Taking): Promise<Reservation>;
}

/** @param now milliseconds since 1970. */
export function createCounterStore(database: Kysely<Database>, now: () => number): CounterStore {
  return {
    async reserve({ counter, amount, limit, seconds }) {
      await database
        .insertInto('counter')
        .values({ counter, spent: 0 })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      if (seconds !== undefined) return takeWithin(database, { counter, amount, limit, seconds }, now());
      const taken = await database
        .updateTable('counter')
        .set({ spent: sql<number>`spent + ${amount}` })
        .where('counter', '=', counter)
        .where(sql<boolean>`spent + ${amount} <= ${limit}`)
        .returning('spent')
        .executeTakeFirst();
      if (taken !== undefined) return { granted: true, spent: taken.spent };
      const { spent } = await database
        .selectFrom('counter')
        .select('spent')
        .where('counter', '=', counter)
        .executeTakeFirstOrThrow();
      return { granted: false, spent };
    },
  };
}
