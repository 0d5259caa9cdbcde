import type { Kysely } from 'kysely';
import type { Database } from '../store/database.ts';
import type { Reservation, Taking } from './counter-store.ts';

/** Takes an amount when those of the last seconds leave room for it. The row of the counter is the lock. */
export function takeWithin(
  database: Kysely<Database>,
  { counter, amount, limit, seconds }: Required<Taking> & { readonly seconds: number },
  now: number,
): Promise<Reservation> {
  return database.transaction().execute(async (transaction) => {
    await transaction.selectFrom('counter').select('counter').where('counter', '=', counter).forUpdate().execute();
    const takings = () => transaction.selectFrom('counter_taking').where('counter', '=', counter);
    await transaction
      .deleteFrom('counter_taking')
      .where('counter', '=', counter)
      .where('at', '<=', now - seconds * 1_000)
      .execute();
    const before = await takings()
      .select(({ fn }) => [fn.sum<number>('amount').as('spent'), fn.min('at').as('oldest')])
      .executeTakeFirstOrThrow();
    const spent = Number(before.spent ?? 0);
    const granted = spent + amount <= limit;
    if (granted) await transaction.insertInto('counter_taking').values({ counter, at: now, amount }).execute();
    const clearsIn = Math.max(0, Number(before.oldest ?? now) + seconds * 1_000 - now);
    return { granted, spent: granted ? spent + amount : spent, clearsIn };
  });
}
