import { type Kysely, sql } from 'kysely';
import type { Database } from '../store/database.ts';

export interface Reservation {
  readonly granted: boolean;
  readonly spent: number;
}

/** Counters across agents and supervisors. The window is part of a counter's name, so a new one starts at zero. */
export interface CounterStore {
  /** Takes `amount` in one statement: of two racing calls for the last of a budget, one gets it. */
  reserve(counter: string, amount: number, limit: number): Promise<Reservation>;
}

export function createCounterStore(database: Kysely<Database>): CounterStore {
  return {
    async reserve(counter, amount, limit) {
      await database
        .insertInto('counter')
        .values({ counter, spent: 0 })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
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
