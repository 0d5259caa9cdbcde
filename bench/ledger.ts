/**
 * How fast the ledger makes records durable, on a PostgreSQL of its own with fsync on, and how fast they are verified.
 * Prints; asserts nothing. Run: `node bench/ledger.ts`.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '@clawhold/postgres';
import { type LedgerEvent, ledgerEvent } from '@clawhold/spec';
import { ordinaryUser } from '@clawhold/testkit';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { type Ledger, openLedger } from '../apps/gateway/src/ledger/ledger.ts';
import { openLedgerKey } from '../apps/gateway/src/ledger/signing-key-file.ts';
import type { LedgerTables } from '../apps/gateway/src/ledger/tables.ts';
import { migrate } from '../apps/gateway/src/store/migrate.ts';

interface Workload {
  readonly name: string;
  readonly callers: number;
  readonly recordsPerAppend: number;
  readonly appendsPerCaller: number;
}

const workloads: readonly Workload[] = [
  { name: '1 caller, 1 record at a time', callers: 1, recordsPerAppend: 1, appendsPerCaller: 400 },
  { name: '64 callers, 1 record at a time', callers: 64, recordsPerAppend: 1, appendsPerCaller: 200 },
  { name: '16 callers, 256 records at a time', callers: 16, recordsPerAppend: 256, appendsPerCaller: 60 },
];

/** An event of the usual size: about 330 bytes as a line of the ledger. */
function makeEvent(index: number): LedgerEvent {
  const argumentsDigest = randomBytes(32).toString('hex');
  return ledgerEvent(
    'step.intended',
    {
      step: `stp_${String(index % 10 ** 10).padStart(10, '0')}`,
      tool: 'file.edit',
      effect: 'reversible',
      argumentsDigest,
    },
    { actor: 'supervisor', run: 'run_7k2m9qx4hc' },
  );
}

async function run(ledger: Ledger, { name, callers, recordsPerAppend, appendsPerCaller }: Workload): Promise<void> {
  const events = Array.from({ length: recordsPerAppend }, (_, index) => makeEvent(index));
  const latencies: number[] = [];
  const before = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let append = 0; append < appendsPerCaller; append += 1) {
        const start = performance.now();
        await ledger.append(events);
        latencies.push(performance.now() - start);
      }
    }),
  );
  const seconds = (performance.now() - before) / 1_000;
  const records = callers * appendsPerCaller * recordsPerAppend;
  latencies.sort((one, other) => one - other);
  const percentile = (share: number): string => (latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(1);
  console.log(
    `${name.padEnd(36)} ${Math.round(records / seconds)
      .toLocaleString('en')
      .padStart(8)} records/s` +
      `   ${records.toLocaleString('en')} records, append p50 ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms`,
  );
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'clawhold-bench-'));
  await chmod(folder, 0o711);
  const keys = join(folder, 'keys');
  await mkdir(keys, { mode: 0o700 });
  const cluster = await startCluster({
    dataFolder: join(folder, 'database'),
    socketFolder: join(folder, 'socket'),
    superuserPassword: randomBytes(24).toString('base64url'),
    account: await ordinaryUser(),
  });
  try {
    const url = cluster.adminUrl();
    await migrate(url);
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    await using database = new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) });
    const server = await sql<{ version: string; fsync: string; commit: string }>`select
      current_setting('server_version') as version, current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as commit`.execute(database);
    const settings = server.rows[0];
    console.log(
      `ledger: Node ${process.version}, PostgreSQL ${settings?.version} (fsync ${settings?.fsync}, synchronous_commit ` +
        `${settings?.commit}), ${availableParallelism()} cores, load ${loadavg()
          .map((load) => load.toFixed(2))
          .join(' ')}`,
    );
    const key = await openLedgerKey(keys);
    await using ledger = await openLedger({
      url,
      database,
      headFolder: join(folder, 'heads'),
      key,
      install: 'ins_7k2m9qx4hc',
    });
    for (const workload of workloads) await run(ledger, workload);
    const before = performance.now();
    const verification = await ledger.verify();
    const seconds = (performance.now() - before) / 1_000;
    const records = verification.kind === 'intact' ? verification.records : 0;
    console.log(
      `${'export and verify'.padEnd(36)} ${Math.round(records / seconds)
        .toLocaleString('en')
        .padStart(8)} records/s   ${verification.kind}`,
    );
    console.log(
      `load at the end ${loadavg()
        .map((load) => load.toFixed(2))
        .join(' ')}`,
    );
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
