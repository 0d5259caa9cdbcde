import { DatabaseSync } from 'node:sqlite';

/** Rows of one table, and characters of all answers together. */
const mostRows = 1_000;
const mostCharacters = 8_000_000;

/** What is asked, by the table that must be there and be a table: OpenClaw 2026.9.6 keeps these so. */
const questions = {
  config_machine_state: "SELECT value_json AS json FROM config_machine_state WHERE state_key = 'authProfiles.store'",
  auth_profile_store: 'SELECT * FROM auth_profile_store',
  secret_store_entries: "SELECT name, value FROM secret_store_entries WHERE kind = 'secret'",
  mcp_oauth_stores: 'SELECT store_json AS json FROM mcp_oauth_stores',
  device_auth_tokens: 'SELECT token FROM device_auth_tokens',
  cron_jobs: 'SELECT name, enabled FROM cron_jobs',
  session_nodes: 'SELECT count(*) AS count FROM session_nodes',
} as const;

/**
 * Reads what may be a secret, and what is only counted, from a copy of a database of OpenClaw, and prints it as JSON: rows by
 * table. A process of its own, because what is in the file is anybody's: whoever started it ends it when it takes too long.
 */
const [path = ''] = process.argv.slice(2);
const database = new DatabaseSync(path, { allowExtension: false, enableForeignKeyConstraints: false });
// Nothing that the file defines (views, triggers, functions in either) is run.
database.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;');
const isTable = database.prepare(
  "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ? AND sql NOT LIKE '%VIRTUAL%'",
);
let left = mostCharacters;
const answers = Object.entries(questions).map(([table, question]) => {
  if (isTable.get(table) === undefined) return [table, []] as const;
  const rows: unknown[] = [];
  for (const row of database.prepare(question).iterate()) {
    left -= JSON.stringify(row).length;
    if (rows.length >= mostRows || left < 0) break;
    rows.push(row);
  }
  return [table, rows] as const;
});
process.stdout.write(JSON.stringify(Object.fromEntries(answers)));
