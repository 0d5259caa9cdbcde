import { ClawholdError } from '@clawhold/spec';
import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations.ts';
import { openPool } from './pool.ts';
import { ensureDatabaseRoles } from './roles.ts';

/**
 * Brings a database to the newest schema. Two processes at a time are fine: the second waits and finds nothing to do.
 *
 * @param url as whom to migrate: the owner of the database.
 * @throws ClawholdError `database_unreachable` when nobody answers, `database_migration_failed` when a step fails; the
 *   database is then as it was before that step.
 */
export async function migrate(url: string): Promise<void> {
  const pool = openPool(url, { max: 1 });
  await using database = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  await ensureDatabaseRoles(database).catch((cause: unknown) => {
    throw new ClawholdError('database_unreachable', 'The database does not answer, or does not let its owner in.', {
      cause,
      hint: 'Look at the database and its address, then start again.',
    });
  });
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find(({ status }) => status === 'Error')?.migrationName ?? 'the first step';
  throw new ClawholdError(
    'database_migration_failed',
    `The database could not be brought up to date: ${failed} failed.`,
    {
      cause: error,
      hint: 'Nothing was changed by the failed step. Report this with the log, and go on with the version you had.',
    },
  );
}
