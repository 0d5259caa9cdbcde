import { type Kysely, sql } from 'kysely';

/** What the check of its own result said of a run that finished. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`alter table run add column self_check text`.execute(database);
}
