/**
 * How fast the ledger makes records durable, on a PostgreSQL of its own with fsync on, and how fast they are verified.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '@clawhold/postgres';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Ledger, openLedger } from '../apps/gateway/src/ledger/ledger.ts';
import { openLedgerKey } from '../apps/gateway/src/ledger/signing-key-file.ts';
import type { LedgerTables } from '../apps/gateway/src/ledger/tables.ts';
import { migrate } from '../apps/gateway/src/store/migrate.ts';
// Not by the package's index: that brings Vitest along.
import { openPool } from '../apps/gateway/src/store/pool.ts';
import { ordinaryUser } from '../packages/testkit/src/ordinary-user.ts';
import { ledgerWorkloads, runWorkload } from './ledger/workload.ts';
import { quantile } from './report/quantile.ts';
import type { Row } from './report/table.ts';
import { resource } from './resource.ts';
import { type Findings, progress, runTopic } from './topic.ts';

const columns = [
  { name: 'records/s' },
  { name: 'records' },
  ...['median ms', 'p95 ms', 'p99 ms'].map((name) => ({ name, decimals: 1 })),
];

async function measureAppends(ledger: Ledger): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const workload of ledgerWorkloads) {
    progress(workload.name);
    const { records, seconds, latencies } = await runWorkload(ledger, workload);
    const sorted = Float64Array.from(latencies).toSorted();
    const figures = {
      'records/s': records / seconds,
      records,
      'median ms': quantile(sorted, 0.5),
      'p95 ms': quantile(sorted, 0.95),
      'p99 ms': quantile(sorted, 0.99),
    };
    rows.push({ name: workload.name, figures });
  }
  return rows;
}

async function measureVerification(ledger: Ledger): Promise<Row> {
  const name = 'export and verify all of them';
  progress(name);
  const before = performance.now();
  const verification = await ledger.verify();
  const seconds = (performance.now() - before) / 1_000;
  if (verification.kind !== 'intact') return { name, reason: `the ledger is not intact: ${verification.explanation}` };
  return { name, figures: { 'records/s': verification.records / seconds, records: verification.records } };
}

async function measure(): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), 'clawhold-bench-'));
  await using _folder = resource(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o711);
  const keys = join(folder, 'keys');
  await mkdir(keys, { mode: 0o700 });
  const cluster = await startCluster({
    dataFolder: join(folder, 'database'),
    socketFolder: join(folder, 'socket'),
    superuserPassword: randomBytes(24).toString('base64url'),
    account: await ordinaryUser(),
  });
  await using _cluster = resource(() => cluster.stop());
  const url = cluster.adminUrl();
  await migrate(url);
  const pool = openPool(url, { max: 2 });
  await using database = new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) });
  const server = await sql<{ version: string; fsync: string; commit: string }>`select
    current_setting('server_version') as version, current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as commit`.execute(database);
  const settings = server.rows[0];
  const headFolder = join(folder, 'heads');
  const key = await openLedgerKey(keys);
  await using ledger = await openLedger({ url, database, headFolder, key, install: 'ins_7k2m9qx4hc' });
  const rows = [...(await measureAppends(ledger)), await measureVerification(ledger)];
  return {
    tables: [{ title: 'Ledger: durable appends', unit: 'time of an append until it is durable', columns, rows }],
    notes: [`PostgreSQL with fsync ${settings?.fsync}, synchronous_commit ${settings?.commit}.`],
    versions: { PostgreSQL: settings?.version ?? 'unknown' },
  };
}

await runTopic(measure);
