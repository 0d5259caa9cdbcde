import { type Kysely, sql } from 'kysely';

/** Steps whose result was lost, and file changes that are being kept, dropped or taken back at this moment. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    create table unknown_step (
      run text not null references run,
      step text not null,
      question bytea not null,
      reported timestamptz not null default now(),
      expires timestamptz not null,
      verdict text,
      note bytea,
      settled timestamptz,
      settled_by text,
      primary key (run, step)
    );
    create table file_job (
      run text primary key references run,
      action text not null,
      request bytea not null,
      started_by text not null,
      started timestamptz not null default now()
    );
    grant select, insert, update, delete on unknown_step, file_job to clawhold_api;
  `.execute(database);
}
