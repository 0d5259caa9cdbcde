import { type Kysely, sql } from 'kysely';

/** People with tokens of their own, who they are in sessions, and who agreed to what. Whatever is older is the operator's. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    create table person (
      name text primary key,
      token_digest text unique,
      added timestamptz not null default now()
    );
    create table approval_agreement (
      approval text not null references approval,
      person text not null,
      sequence bigint generated always as identity,
      primary key (approval, person)
    );
    alter table approval
      add column approvers integer not null default 1,
      add column exclude_requester boolean not null default false,
      add column requester text not null default 'operator';
    alter table run add column requester text not null default 'operator';
    alter table sign_in_code add column person text not null default 'operator';
    alter table console_session add column person text not null default 'operator';
    grant select, insert, update on person to clawhold_api;
    grant select, insert, delete on approval_agreement to clawhold_api;
  `.execute(database);
}
