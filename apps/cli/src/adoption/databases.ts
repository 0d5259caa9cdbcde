import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FoundSecret, secretsInProfiles } from '@clawhold/harness/adoption';
import type { LeftOut, OpenFolder } from './read-tree.ts';
import { readFileOf } from './read-tree.ts';

/** Larger ones are full of conversations; they are not read, and this is said. */
const databaseBytes = 256 * 2 ** 20;
/** For a file of anybody's, which may be made to take for ever. Milliseconds. */
const patience = 60_000;

type Rows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** What the databases of an OpenClaw say. */
export interface DatabaseFacts {
  readonly secrets: readonly FoundSecret[];
  /** Names of its timed jobs. */
  readonly jobs: readonly string[];
  readonly conversations: number;
}

/**
 * Reads one database of an OpenClaw from a copy that goes away: the original is never opened by SQLite, which writes beside
 * what it reads.
 *
 * @param scratch a folder that nobody else sees.
 * @param shown how the file is named to people.
 */
export async function readDatabase(
  folder: OpenFolder,
  name: string,
  shown: string,
  scratch: string,
  leave: (left: LeftOut) => void,
): Promise<DatabaseFacts> {
  const nothing: DatabaseFacts = { secrets: [], jobs: [], conversations: 0 };
  const main = await readFileOf(folder, name, databaseBytes);
  if (main === undefined) return nothing;
  if (typeof main === 'string') {
    leave({ path: shown, why: `${main}, so secrets in it are not known` });
    return nothing;
  }
  const copy = join(scratch, 'database');
  await mkdir(copy, { recursive: true, mode: 0o700 });
  try {
    await writeFile(join(copy, 'copy.sqlite'), main.bytes, { mode: 0o600 });
    const newest = await readFileOf(folder, `${name}-wal`, databaseBytes);
    if (typeof newest === 'object') await writeFile(join(copy, 'copy.sqlite-wal'), newest.bytes, { mode: 0o600 });
    const rows = await ask(join(copy, 'copy.sqlite'));
    if (rows !== undefined) return factsOf(rows, shown);
    leave({ path: shown, why: 'it cannot be read as a database of OpenClaw, so secrets in it are not known' });
    return nothing;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

function ask(path: string): Promise<Rows | undefined> {
  const program = fileURLToPath(new URL('./read-database.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', '--max-old-space-size=512', program, path], {
    env: {},
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: patience,
    killSignal: 'SIGKILL',
  });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  return new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    // What our own program prints; an end that is none is no answer.
    child.once('close', (status) =>
      resolve(status === 0 ? (parse(Buffer.concat(pieces).toString('utf8')) as Rows) : undefined),
    );
  });
}

function factsOf(rows: Rows, shown: string): DatabaseFacts {
  const texts = (table: string, column: string): readonly string[] =>
    (rows[table] ?? []).flatMap((row) => (typeof row[column] === 'string' ? [row[column]] : []));
  const profiles = [
    ...texts('config_machine_state', 'json'),
    ...texts('mcp_oauth_stores', 'json'),
    ...(rows['auth_profile_store'] ?? []).flatMap((row) =>
      Object.values(row).filter((value) => typeof value === 'string' && value.startsWith('{')),
    ),
  ];
  const named = (rows['secret_store_entries'] ?? []).map(({ name, value }) => ({
    [String(name)]: { provider: String(name), token: value },
  }));
  const tokens = texts('device_auth_tokens', 'token').map((token) => ({ device: { access: token } }));
  const stores = [...profiles.map((text) => parse(String(text))), ...named, ...tokens];
  const count = rows['session_nodes']?.[0]?.['count'];
  return {
    secrets: stores.flatMap((store) => secretsInProfiles(store, shown)),
    jobs: texts('cron_jobs', 'name'),
    conversations: typeof count === 'number' ? count : 0,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
