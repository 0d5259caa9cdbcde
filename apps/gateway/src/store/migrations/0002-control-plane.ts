import { type Kysely, sql } from 'kysely';

/** The tables of runs, approvals, sign-in and supervisors, and what each database role may do with them. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    create table session (
      id text primary key,
      created timestamptz not null default now()
    );
    create table run (
      id text primary key,
      session text not null references session,
      task bytea not null,
      folder text not null,
      agent text not null,
      model text not null,
      scripted boolean not null,
      state text not null,
      files text not null default 'open',
      outcome bytea,
      conversation text,
      turns integer not null default 0,
      input_tokens integer not null default 0,
      output_tokens integer not null default 0,
      created timestamptz not null default now(),
      ended timestamptz
    );
    create index run_by_creation on run (created desc);
    create table run_key (
      run text primary key,
      wrapped bytea not null
    );
    create table blob (
      id text primary key,
      run text not null,
      sealed bytea not null,
      created timestamptz not null default now()
    );
    create table timeline_entry (
      run text not null,
      sequence integer not null,
      time timestamptz not null default now(),
      key text,
      sealed bytea not null,
      primary key (run, sequence),
      unique (run, key)
    );
    create table approval (
      id text primary key,
      run text not null references run,
      step text not null,
      state text not null,
      action bytea not null,
      digest text not null,
      reasons bytea not null,
      requested timestamptz not null default now(),
      expires timestamptz not null,
      decided timestamptz,
      decided_by text,
      grant_id text unique
    );
    create unique index approval_open on approval (run, step) where state in ('pending', 'approved');
    create table console_session (
      cookie_digest text primary key,
      secret_digest text not null,
      last_used timestamptz not null default now()
    );
    create table sign_in_code (
      digest text primary key,
      expires timestamptz not null
    );
    create table supervisor (
      name text primary key,
      epoch integer not null,
      tier text not null,
      lease_until timestamptz not null
    );
    create table counter (
      counter text primary key,
      spent double precision not null
    );
    grant select, insert, update, delete on
      session, run, run_key, blob, timeline_entry, approval, console_session, sign_in_code, supervisor, counter
      to clawhold_api;
  `.execute(database);
}
