import { type Kysely, sql } from 'kysely';

/** Each run points at the manifest it was begun with. One row for each text, because most runs share theirs. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    create table agent_manifest (
      digest text primary key,
      text text not null
    );
    alter table run add column manifest text references agent_manifest;
    grant select, insert on agent_manifest to clawhold_api;
  `.execute(database);
}
