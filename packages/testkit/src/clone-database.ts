import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { dropDatabase, ensureDatabase } from '@clawhold/postgres';
import { inject } from 'vitest';
import './provided.ts';
import { templateDatabase } from './template-cluster.ts';

/** A database of the caller's own on the run's throw-away PostgreSQL. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  /** The superuser's connection string. */
  readonly url: string;
  /** The connection string of a role that the test made, with {@link ensureRoles} and {@link adminUrl}. */
  urlFor(role: string, password: string): string;
  /** The superuser's connection string for the database `postgres`. */
  readonly adminUrl: string;
}

/**
 * Copies the migrated template: about 30 ms. The copy disappears with the run; a test that makes many disposes of them
 * (`await using`). Roles belong to the whole cluster, so give them names of your own.
 */
export async function cloneDatabase(): Promise<TestDatabase> {
  const adminUrl = await askBroker();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await ensureDatabase(adminUrl, { name, template: templateDatabase });
  return {
    name,
    adminUrl,
    url: withDatabase(adminUrl, name).href,
    urlFor: (role, password) => {
      const url = withDatabase(adminUrl, name);
      url.username = role;
      url.password = password;
      return url.href;
    },
    [Symbol.asyncDispose]: () => dropDatabase(adminUrl, name),
  };
}

function withDatabase(connection: string, name: string): URL {
  const url = new URL(connection);
  url.pathname = `/${name}`;
  return url;
}

async function askBroker(): Promise<string> {
  // Our own main process answers; see global-setup.ts.
  const answer = JSON.parse(await text(connect(inject('databaseBroker')))) as { url: string } | { error: string };
  if ('error' in answer) throw new Error(`the database of the tests did not start: ${answer.error}`);
  return answer.url;
}
