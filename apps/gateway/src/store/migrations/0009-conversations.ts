import { type Kysely, sql } from 'kysely';

/** Runs that take further messages. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`alter table run add column is_conversation boolean not null default false`.execute(database);
}
