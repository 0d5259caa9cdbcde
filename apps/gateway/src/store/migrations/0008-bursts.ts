import { type Kysely, sql } from 'kysely';

/** What was taken when, of counters that look at the last seconds only. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    create table counter_taking (
      counter text not null references counter on delete cascade,
      at double precision not null,
      amount double precision not null
    );
    create index counter_taking_time on counter_taking (counter, at);
    grant select, insert, delete on counter_taking to clawhold_api;
  `.execute(database);
}
