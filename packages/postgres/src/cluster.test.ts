import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readlinkSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeTemporaryFolder, ordinaryUser, type TemporaryFolder, temporaryFolder, verifies } from '@clawhold/testkit';
import pg from 'pg';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Cluster, type ClusterOptions, startCluster } from './cluster.ts';

const run = promisify(execFile);

/** Everything here is thrown away, so a power cut may take it; SIGKILL may not. */
const disposable = { fsync: 'off' };

const superuserPassword = randomBytes(16).toString('hex');
let initialised: TemporaryFolder;

/** initdb takes most of the time of these tests, so it runs once; most tests start from a copy of what it made. */
beforeAll(async () => {
  initialised = await makeTemporaryFolder({ mode: 0o711 });
  const cluster = await startCluster(await optionsIn(initialised.path));
  await cluster.stop();
  return () => initialised[Symbol.asyncDispose]();
});

async function optionsIn(folder: string): Promise<ClusterOptions> {
  return {
    dataFolder: join(folder, 'data'),
    socketFolder: join(folder, 'socket'),
    superuserPassword,
    account: await ordinaryUser(),
    settings: disposable,
  };
}

async function emptyOptions(): Promise<ClusterOptions> {
  return optionsIn(await temporaryFolder({ mode: 0o711 }));
}

async function options(): Promise<ClusterOptions> {
  const wanted = await emptyOptions();
  await run('cp', ['-a', '--reflink=auto', join(initialised.path, 'data'), wanted.dataFolder]);
  return wanted;
}

async function start(wanted: ClusterOptions): Promise<Cluster> {
  const cluster = await startCluster(wanted);
  onTestFinished(() => cluster.stop());
  return cluster;
}

async function query(url: string, statement: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Starts a cluster in a process of its own, as a gateway would, and answers when it is ready. */
async function startElsewhere(wanted: ClusterOptions): Promise<{ readonly pid: number; kill(): Promise<void> }> {
  const script = `
    import { startCluster } from ${JSON.stringify(join(import.meta.dirname, 'cluster.ts'))};
    const cluster = await startCluster(${JSON.stringify(wanted)});
    console.log(cluster.pid);
    setInterval(() => undefined, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void owner.kill('SIGKILL'));
  const [line] = await once(owner.stdout, 'data');
  const pid = Number(String(line));
  onTestFinished(() => {
    // Gone already, unless the test failed before the next owner could stop it.
    if (existsSync(`/proc/${pid}/cwd`) && readlinkSync(`/proc/${pid}/cwd`).startsWith(wanted.dataFolder))
      process.kill(pid, 'SIGKILL');
  });
  return {
    pid,
    kill: async () => {
      owner.kill('SIGKILL');
      await once(owner, 'exit');
    },
  };
}

test(verifies('house.database-closed', 'no TCP port, and a socket that only the account can reach'), async () => {
  const wanted = await options();
  const cluster = await start(wanted);
  expect(await query(cluster.adminUrl(), 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
  const { stdout } = await run('ss', ['-ltnpH']);
  expect(stdout).not.toContain(`pid=${cluster.pid},`);
  const folder = await lstat(wanted.socketFolder);
  expect([folder.uid, folder.mode & 0o777]).toEqual([wanted.account?.uid, 0o700]);
  expect((await lstat(join(wanted.socketFolder, '.s.PGSQL.5432'))).mode & 0o777).toBe(0o700);
});

test(verifies('house.database-closed', 'a group that is named may pass to the socket, others may not'), async () => {
  const wanted = await options();
  await start({ ...wanted, socketGroup: wanted.account?.gid ?? 0 });
  const folder = await lstat(wanted.socketFolder);
  expect([folder.gid, folder.mode & 0o777]).toEqual([wanted.account?.gid, 0o710]);
});

test(verifies('house.database-closed', 'a socket folder that others could have prepared is refused'), async () => {
  const open = await options();
  await mkdir(open.socketFolder);
  await chown(open.socketFolder, open.account?.uid ?? 0, open.account?.gid ?? 0);
  await chmod(open.socketFolder, 0o755);
  await expect(startCluster(open)).rejects.toMatchObject({ code: 'database_socket_folder' });
  const linked = await options();
  await symlink(await temporaryFolder(), linked.socketFolder);
  await expect(startCluster(linked)).rejects.toMatchObject({ code: 'database_socket_folder' });
});

test(verifies('house.database-passwords', 'nobody signs in without the right password'), async () => {
  const cluster = await start(await options());
  expect(await query(cluster.adminUrl(), 'select 1 as one')).toEqual([{ one: 1 }]);
  for (const [role, password] of [
    ['clawhold', 'wrong'],
    ['clawhold', ''],
    ['postgres', 'wrong'],
  ] as const)
    await expect(query(cluster.url(role, password, 'postgres'), 'select 1'), role).rejects.toThrow(/password/);
  expect(await query(cluster.adminUrl(), 'select distinct auth_method, type from pg_hba_file_rules')).toEqual([
    { auth_method: 'scram-sha-256', type: 'local' },
  ]);
});

test(verifies('house.database-passwords', 'the password is in no file of the cluster'), async () => {
  const wanted = await emptyOptions();
  await start(wanted);
  const { stdout } = await run('grep', ['-rlF', wanted.superuserPassword, wanted.dataFolder]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe('');
});

test.runIf(process.getuid?.() === 0)(
  verifies('house.database-account', 'it runs as its account and cannot touch what governs it'),
  async () => {
    const wanted = await options();
    const cluster = await start(wanted);
    const status = await readFile(`/proc/${cluster.pid}/status`, 'utf8');
    expect(status).toMatch(new RegExp(`^Uid:\\t(${wanted.account?.uid}\\t?){4}$`, 'm'));
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^Groups:\t\s*$/m);
    // The superuser may run programs as the account: the worst that SQL can do.
    const attempt = `copy (select 'local all all trust') to program 'cat > ${wanted.dataFolder}/access.conf'`;
    await expect(query(cluster.adminUrl(), attempt)).rejects.toThrow('failed');
    expect(await readFile(join(wanted.dataFolder, 'access.conf'), 'utf8')).toContain('scram-sha-256');
  },
);

test.runIf(process.getuid?.() === 0)(
  verifies('house.database-account', 'root without an account is refused'),
  async () => {
    const { account: _account, ...wanted } = await options();
    await expect(startCluster(wanted)).rejects.toMatchObject({ code: 'database_account_missing' });
  },
);

test.each(['owner', 'owner and postmaster', 'postmaster'] as const)(
  verifies('house.database-survives', 'SIGKILL of %s loses nothing that was committed'),
  async (victim) => {
    const wanted = await options();
    const first = await startElsewhere(wanted);
    const url = (await import('./connection-url.ts')).connectionUrl({
      socketFolder: wanted.socketFolder,
      role: 'clawhold',
      password: wanted.superuserPassword,
      database: 'postgres',
    });
    await query(url, 'create table kept as select generate_series(1, 1000) as value');
    if (victim !== 'owner') process.kill(first.pid, 'SIGKILL');
    await first.kill();

    const again = await start(wanted);
    expect(again.pid).not.toBe(first.pid);
    expect(await query(again.adminUrl(), 'select count(*)::int as rows from kept')).toEqual([{ rows: 1000 }]);
  },
);

test('a crash is told with what PostgreSQL said', async () => {
  const cluster = await start(await options());
  process.kill(cluster.pid, 'SIGABRT');
  expect(await cluster.exited).toMatchObject({ kind: 'crashed', error: { code: 'database_crashed' } });
});

test('stopping is no crash, and stopping again is harmless', async () => {
  const cluster = await start(await options());
  await cluster.stop();
  await cluster.stop();
  expect(await cluster.exited).toEqual({ kind: 'stopped' });
});

test('a second owner is refused, and the first goes on', async () => {
  const wanted = await options();
  const cluster = await start(wanted);
  await expect(startCluster(wanted)).rejects.toMatchObject({ code: 'database_in_use' });
  expect(await query(cluster.adminUrl(), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('an initialisation that was cut off leaves nothing in the way', async () => {
  const wanted = await emptyOptions();
  await mkdir(join(wanted.dataFolder, 'cluster.new', 'base'), { recursive: true });
  await writeFile(join(wanted.dataFolder, 'cluster.new.password'), 'old');
  const cluster = await start(wanted);
  expect(await query(cluster.adminUrl(), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('the data of another version are named and left alone', async () => {
  const wanted = await emptyOptions();
  await mkdir(join(wanted.dataFolder, 'cluster'), { recursive: true });
  await writeFile(join(wanted.dataFolder, 'cluster', 'PG_VERSION'), '16\n');
  await expect(startCluster(wanted)).rejects.toMatchObject({ code: 'database_version_mismatch' });
  expect(await readFile(join(wanted.dataFolder, 'cluster', 'PG_VERSION'), 'utf8')).toBe('16\n');
});

test('a setting that PostgreSQL refuses is told in its words', async () => {
  const wanted = await options();
  const refused = startCluster({ ...wanted, settings: { ...disposable, shared_buffers: 'plenty' } });
  await expect(refused).rejects.toMatchObject({ code: 'database_start_failed' });
  await expect(refused).rejects.toThrow('shared_buffers');
  // And the way is free for the next start.
  const cluster = await start(wanted);
  expect(await query(cluster.adminUrl(), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a path that is too long for a socket is refused before anything is made', async () => {
  const wanted = await emptyOptions();
  const socketFolder = join(wanted.socketFolder, 'x'.repeat(100));
  await expect(startCluster({ ...wanted, socketFolder })).rejects.toMatchObject({ code: 'database_socket_path' });
  expect(await readdir(wanted.dataFolder)).not.toContain('cluster');
});

test.runIf(process.getuid?.() === 0)('a full disk is one clear sentence, and space makes it start again', async () => {
  const wanted = await emptyOptions();
  const folder = wanted.dataFolder;
  await mkdir(folder);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=711', 'none', folder]);
  onTestFinished(async () => {
    await run('umount', ['-l', folder]);
  });
  await expect(startCluster(wanted)).rejects.toMatchObject({ code: 'database_disk_full' });
  await run('mount', ['-o', 'remount,size=256m', folder]);
  const cluster = await startCluster(wanted);
  await cluster.stop();
});

test('what a killed owner left behind is cleaned away by the next', async () => {
  const wanted = await options();
  const first = await startElsewhere(wanted);
  process.kill(first.pid, 'SIGKILL');
  await first.kill();
  // A stale lock that names a process which lives, but is not ours: the id was reused.
  const lock = join(wanted.dataFolder, 'cluster', 'postmaster.pid');
  const text = await readFile(lock, 'utf8');
  await rm(lock);
  await writeFile(lock, text.replace(/^\d+/, `${process.pid}`));
  const cluster = await start(wanted);
  expect(await query(cluster.adminUrl(), 'select 1 as one')).toEqual([{ one: 1 }]);
});
