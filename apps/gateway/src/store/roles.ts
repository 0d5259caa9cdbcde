import { type Kysely, sql } from 'kysely';

/**
 * The database roles. Migrations run as the owner; the api works with what each migration grants it; the worker gets
 * nothing here, its workflows live in a database of their own.
 */
export const databaseRoles = { owner: 'clawhold_owner', api: 'clawhold_api', worker: 'clawhold_worker' } as const;

/**
 * Makes the roles that are missing, without the right to sign in, so that migrations can name them. Whoever runs the
 * cluster gives them passwords; on one where the owner may not make roles, they must exist before.
 */
export async function ensureDatabaseRoles(database: Kysely<unknown>): Promise<void> {
  for (const role of Object.values(databaseRoles))
    await sql`
      do $$ begin
        if not exists (select from pg_roles where rolname = '${sql.raw(role)}') then
          create role ${sql.raw(role)} nologin;
        end if;
      exception when duplicate_object or unique_violation then
        null; -- roles belong to the cluster: another database's migration was quicker
      end $$
    `.execute(database);
}
