import { type Kysely, sql } from 'kysely';

/**
 * The ledger. Times and bodies are text, because the bytes that were hashed are the bytes that are stored; the `C`
 * collation sorts such times right. The api's role may add and read, and nothing else; the worker's role has no access.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    create table ledger_entry (
      sequence bigint primary key,
      time text collate "C" not null,
      type text collate "C" not null,
      actor text collate "C" not null,
      run text collate "C",
      session text collate "C",
      team text collate "C",
      body text not null
    );
    create table ledger_batch (
      first_sequence bigint primary key,
      size_after bigint not null unique,
      leaf_hashes bytea not null,
      frontier bytea not null,
      head text collate "C" not null,
      signature bytea not null
    );
    revoke all on ledger_entry, ledger_batch from public;
    grant select, insert on ledger_entry, ledger_batch to clawhold_api;
  `.execute(database);
}
