import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cluster, type ClusterOptions, startCluster } from '@clawhold/postgres';
import { ordinaryUser, scale, temporaryFolder, verifies } from '@clawhold/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { migrate } from '../store/migrate.ts';
import type { Ledger } from './ledger.ts';
import { makeTestLedger, type TestLedger } from './testing/database.ts';
import { makeEvents } from './testing/events.ts';

const isRoot = process.getuid?.() === 0;

interface OwnCluster extends TestLedger {
  /** Kills the postmaster without warning. */
  kill(): Promise<void>;
  /** Starts it again if it is not there. */
  ensureRunning(): Promise<void>;
}

/** A ledger on a PostgreSQL of its own that syncs to disk, for one test. */
async function makeOwnCluster(folder: string): Promise<OwnCluster> {
  const options: ClusterOptions = {
    dataFolder: join(folder, 'database'),
    socketFolder: join(folder, 'socket'),
    superuserPassword: randomBytes(24).toString('base64url'),
    account: await ordinaryUser(),
    settings: { min_wal_size: '32MB', max_wal_size: '32MB' },
  };
  let cluster: Cluster = await startCluster(options);
  onTestFinished(() => cluster.stop());
  await migrate(cluster.adminUrl());
  const made = await makeTestLedger(cluster.adminUrl());
  return {
    ...made,
    async kill() {
      process.kill(cluster.pid, 'SIGKILL');
      await cluster.exited;
    },
    async ensureRunning() {
      await cluster.stop();
      cluster = await startCluster(options);
    },
  };
}

const isOurs = expect.objectContaining({ name: 'ClawholdError', code: expect.stringMatching(/^ledger_/) });

interface Load {
  /** How many records an append has, and the number of the first event. */
  readonly records: number;
  readonly first: number;
  /** Sequence → number of the event. */
  readonly acknowledged: Map<number, number>;
  readonly onAcknowledged?: () => void;
}

/** Appends until one fails; answers with the error. */
async function appendUntilFailure(
  ledger: Ledger,
  { records, first, acknowledged, onAcknowledged }: Load,
): Promise<unknown> {
  for (let number = first; ; number += records) {
    try {
      const receipts = await ledger.append(makeEvents(records, number));
      for (const [index, { sequence }] of receipts.entries()) acknowledged.set(sequence, number + index);
      onAcknowledged?.();
    } catch (error) {
      return error;
    }
  }
}

async function expectStored(made: TestLedger, acknowledged: ReadonlyMap<number, number>): Promise<void> {
  const rows = await made.attack('select sequence, body from ledger_entry');
  const stored = new Map(rows.map(({ sequence, body }) => [Number(sequence), JSON.parse(String(body)).steps]));
  for (const [sequence, number] of acknowledged) expect(stored.get(sequence)).toBe(number);
}

describe('a database that', () => {
  test(verifies(
    'ledger.database-lost',
    'is killed under load loses nothing acknowledged, and is used again when it is back',
  ), async () => {
    const made = await makeOwnCluster(await temporaryFolder({ mode: 0o711 }));
    // Batches as small as this are full all the time: while one is stored, the next is sealed ahead.
    const ledger = await made.open({ databasePatience: 300, batchRecords: 4 });
    const acknowledged = new Map<number, number>();
    for (let round = 0; round < scale(4); round += 1) {
      await ledger.append(makeEvents(1));
      const enough = Promise.withResolvers<void>();
      const goal = acknowledged.size + 50 + round;
      const onAcknowledged = (): void => {
        if (acknowledged.size >= goal) enough.resolve();
      };
      const callers = Array.from({ length: 5 }, (_, caller) => {
        const first = (round * 5 + caller) * 1_000_000;
        return appendUntilFailure(ledger, { records: 2, first, acknowledged, onAcknowledged });
      });
      await enough.promise;
      await made.kill();
      for (const error of await Promise.all(callers)) expect(error).toEqual(isOurs);
      await expect(ledger.append(makeEvents(1))).rejects.toThrow(
        expect.objectContaining({ code: 'ledger_not_stored', status: 503 }),
      );
      await made.ensureRunning();
    }
    await ledger.append(makeEvents(1));
    await expectStored(made, acknowledged);
    expect(await ledger.verify()).toMatchObject({ kind: 'intact', headSource: 'outside' });
  }, 120_000);

  test(verifies(
    'ledger.database-lost',
    'restarts in the middle is waited for: callers see nothing of it',
  ), async () => {
    const made = await makeOwnCluster(await temporaryFolder({ mode: 0o711 }));
    const ledger = await made.open();
    await ledger.append(makeEvents(3));
    await made.kill();
    const [appended] = await Promise.all([ledger.append(makeEvents(2)), made.ensureRunning()]);
    expect(appended.map(({ sequence }) => sequence)).toEqual([4, 5]);
    expect(await ledger.verify()).toMatchObject({ kind: 'intact', records: 5 });
  }, 60_000);
});

/** A file system of this size that is gone when the test has finished. */
async function mountSmall(folder: string, mebibytes: number): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o711 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=711`, 'clawhold-test', folder]);
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
}

/** Leaves so many bytes of a file system free. */
async function fill(folder: string, leave: number): Promise<string> {
  const { bavail, bsize } = await statfs(folder);
  const ballast = join(folder, 'ballast');
  await writeFile(ballast, Buffer.alloc(Math.max(bavail * bsize - leave, 0), 1));
  return ballast;
}

describe.skipIf(!isRoot)('a disk that is full', () => {
  test(verifies(
    'ledger.database-lost',
    'under the database fails in one sentence, and appending goes on when there is space',
  ), async () => {
    const folder = await temporaryFolder({ mode: 0o711 });
    const disk = join(folder, 'disk');
    await mountSmall(disk, 160);
    const made = await makeOwnCluster(disk);
    const ledger = await made.open({ databasePatience: 300 });
    const acknowledged = new Map<number, number>();
    const ballast = await fill(disk, 256 * 1024);
    const error = await appendUntilFailure(ledger, { records: 200, first: 0, acknowledged });
    expect(error).toEqual(isOurs);
    expect(String(error)).toMatch(/did not take the records|may or may not/);
    await rm(ballast);
    await made.ensureRunning();
    await ledger.append(makeEvents(1));
    await expectStored(made, acknowledged);
    expect(await ledger.verify()).toMatchObject({ kind: 'intact', headSource: 'outside' });
  }, 60_000);

  test(
    verifies(
      'ledger.durable-before-answer',
      'under the heads keeps appends unacknowledged, and the next one catches up',
    ),
    async () => {
      const disk = join(await temporaryFolder(), 'disk');
      await mountSmall(disk, 1);
      const { open } = await makeTestLedger();
      const ledger = await open({ headFolder: disk });
      await ledger.append(makeEvents(1));
      const ballast = await fill(disk, 0);
      await expect(ledger.append(makeEvents(1))).rejects.toThrow(
        expect.objectContaining({ code: 'ledger_head_not_kept' }),
      );
      await rm(ballast);
      const [receipt] = await ledger.append(makeEvents(1));
      expect(receipt?.sequence).toBe(3);
      expect(await open({ headFolder: disk, lockPatience: 10 }).catch((error: unknown) => error)).toMatchObject({
        code: 'ledger_in_use',
      });
    },
  );
});
