import { type Kysely, sql } from 'kysely';

/** Rules that people decide about, and what they granted. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    create sequence grant_revision;
    create table proposal (
      id text primary key,
      kind text not null,
      state text not null,
      agent text not null,
      run text references run,
      group_key text,
      policy text not null,
      digest text not null,
      tried text not null,
      count bigint not null,
      runs text not null,
      opens text not null,
      bounds text not null,
      why bytea,
      made timestamptz not null default now(),
      latest timestamptz not null default now(),
      expires timestamptz not null,
      decided timestamptz,
      decided_by text,
      grant_run text,
      grant_expires timestamptz,
      grant_uses integer,
      proof text,
      proof_digest text
    );
    create unique index proposal_open_group on proposal (group_key) where state = 'open';
    create index proposal_group on proposal (group_key, decided);
    create index proposal_state on proposal (state, made);
    create index proposal_run on proposal (run, made);
    grant select, insert, update on proposal to clawhold_api;
    grant usage on sequence grant_revision to clawhold_api;
  `.execute(database);
}
