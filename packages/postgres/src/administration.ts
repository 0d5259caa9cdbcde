import pg from 'pg';
import { scramMatches, scramVerifier } from './scram.ts';

export interface RoleSpecification {
  readonly name: string;
  readonly password: string;
}

export interface DatabaseSpecification {
  readonly name: string;
  /** The role that owns it and may change its tables. */
  readonly owner?: string;
  /** The roles that may connect besides owner and superuser. Default: nobody. */
  readonly connect?: readonly string[];
  /** A database nobody is connected to, whose files are copied. Default: PostgreSQL's `template1`. */
  readonly template?: string;
}

/** Makes roles that may sign in and nothing else, and gives existing ones the password stated. Safe to repeat. */
export async function ensureRoles(adminUrl: string, roles: readonly RoleSpecification[]): Promise<void> {
  await withClient(adminUrl, async (client) => {
    for (const role of roles) await ensureRole(client, role);
  });
}

async function ensureRole(client: pg.Client, { name, password }: RoleSpecification): Promise<void> {
  const found = await client.query<{ rolpassword: string | null }>(
    'select rolpassword from pg_authid where rolname = $1',
    [name],
  );
  const stored = found.rows[0]?.rolpassword;
  if (stored !== undefined && stored !== null && (await scramMatches(stored, password))) return;
  // Neither statement takes parameters. Both values are quoted by pg's own rules.
  const role = pg.escapeIdentifier(name);
  const verifier = pg.escapeLiteral(await scramVerifier(password));
  const verb = found.rows.length === 0 ? 'create' : 'alter';
  await client.query(
    `${verb} role ${role} with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ${verifier}`,
  );
}

/** Makes a database that is closed to everyone who is not named, and opens an existing one to those named. */
export async function ensureDatabase(adminUrl: string, specification: DatabaseSpecification): Promise<void> {
  const name = pg.escapeIdentifier(specification.name);
  await withClient(adminUrl, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [specification.name]);
    if (found.rows.length === 0) {
      const { owner, template } = specification;
      const ownedBy = owner === undefined ? '' : ` owner ${pg.escapeIdentifier(owner)}`;
      const copyOf = template === undefined ? '' : ` template ${pg.escapeIdentifier(template)}`;
      await client.query(`create database ${name}${ownedBy}${copyOf}`);
    }
    await client.query(`revoke all on database ${name} from public`);
    for (const role of specification.connect ?? [])
      await client.query(`grant connect on database ${name} to ${pg.escapeIdentifier(role)}`);
  });
}

/** Removes a database and disconnects whoever uses it. */
export async function dropDatabase(adminUrl: string, database: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query(`drop database if exists ${pg.escapeIdentifier(database)} with (force)`);
  });
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  // A server that goes away rejects the running query; without a listener it would also end our process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
