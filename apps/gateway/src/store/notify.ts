import { type Kysely, sql } from 'kysely';
import type { Database } from './database.ts';

/** Wakes everyone who waits for `topic`, in whichever process. */
export async function notify(database: Kysely<Database>, topic: string): Promise<void> {
  await sql`select pg_notify('clawhold', ${topic})`.execute(database);
}
