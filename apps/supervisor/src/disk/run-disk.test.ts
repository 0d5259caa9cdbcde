import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beginRun, spawnLauncher } from '@clawhold/sandbox';
import { formatId, idEntropyBytes } from '@clawhold/spec';
import { launcherBinary, temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createFrost } from '../runs/live-run.ts';
import type { RunRecord } from '../runs/run-folder.ts';
import { startScene } from '../testing/scene.ts';
import { createRunDisk } from './run-disk.ts';

vi.setConfig({ testTimeout: 60_000 });

// Built before the clock of a test runs.
const binary = await launcherBinary();
const mebibyte = 1024 ** 2;
const quota = { bytes: 16 * mebibyte, entries: 1_000 };

async function start(slot: number) {
  const driver = await spawnLauncher({ binary });
  onTestFinished(() => driver.close());
  const folder = await temporaryFolder();
  const [taskFolder, storage] = [join(folder, 'task'), join(folder, 'storage')];
  for (const path of [taskFolder, storage]) await mkdir(path, { mode: 0o700 });
  await chmod(folder, 0o711);
  const run = formatId('run', crypto.getRandomValues(new Uint8Array(idEntropyBytes)));
  const record: RunRecord = {
    run,
    agent: 'worker',
    taskFolder,
    slot,
    begun: await beginRun(driver, taskFolder),
    opened: 0,
    keep: null,
    forkedFrom: null,
    kept: false,
    settling: null,
  };
  const sandbox = await driver.start({
    id: run,
    slot,
    taskFolder,
    storage,
    listeners: [],
    runtime: { node: process.execPath },
    readOnly: [],
    environment: { PATH: '/usr/bin:/bin' },
    hosts: {},
    limits: { memoryBytes: 256 * mebibyte, processes: 64, openFiles: 256, temporaryBytes: 16 * mebibyte },
    forbiddenSockets: [],
  });
  const live = { id: run, record, sandbox, frost: createFrost(sandbox) };
  const alive = new Set([live]);
  void sandbox.closed.then(() => alive.delete(live));
  const disk = createRunDisk({
    folder,
    driver,
    viewAt: async () => ({ taskFolder, storage, begun: record.begun }),
    quota,
  });
  return { sandbox, record, disk, runs: { all: () => [...alive] } };
}

test.each([
  ['bytes', 'dd if=/dev/zero of=bomb bs=1M count=1024 2>/dev/null'],
  ['files', 'i=0; while :; do i=$((i+1)); : > f$i; done'],
])(
  verifies('sandbox.disk-quota', 'a bomb of %s is ended, and does not go on in another sandbox'),
  async (_kind, bomb) => {
    const { sandbox, record, disk, runs } = await start(1);
    await disk.assertRoom(record);
    const told = vi.fn();
    using _watch = disk.watch(runs, told);
    const program = sandbox.run({ arguments: ['sh', '-c', bomb] }).catch(() => undefined);
    await sandbox.closed;
    await program;
    expect(told).toHaveBeenCalledExactlyOnceWith(record.run, expect.stringContaining('16 MiB'));
    await expect(disk.assertRoom(record)).rejects.toMatchObject({ code: 'sandbox_disk_quota' });
  },
);

test(verifies('sandbox.disk-quota', 'work within it is left alone'), async () => {
  const { sandbox, record, disk, runs } = await start(2);
  const told = vi.fn();
  using _watch = disk.watch(runs, told);
  const { stdout } = await sandbox.run({
    arguments: [
      'sh',
      '-c',
      'for i in 1 2 3 4 5 6; do dd if=/dev/zero of=x bs=1M count=8 2>/dev/null; sleep 0.3; done; echo done',
    ],
  });
  expect(Buffer.from(stdout).toString()).toBe('done\n');
  await disk.assertRoom(record);
  expect(told).not.toHaveBeenCalled();
});

test(verifies('sandbox.disk-quota', 'a supervisor watches its runs, and says what it ended'), async () => {
  const scene = await startScene();
  await scene.open();
  // Too deep to be counted, and space that goes from the disk at once: the quota of a run is too large for a test.
  const name = 'n'.repeat(200);
  const nest = `for i in $(seq 19); do mkdir ${name}; cd ${name}; done; mkdir ${'m'.repeat(40)}`;
  const step = scene.call('shell.exec', { command: `(${nest}); fallocate -l 400M large; sleep 20` });
  const finding = () => scene.plane.events.find(({ type }) => type === 'finding.raised');
  await vi.waitFor(() => expect(finding()).toMatchObject({ run: scene.run, body: { kind: 'sandbox.disk' } }), 60_000);
  await step.catch(() => undefined); // its sandbox did not live to answer
  expect((await scene.ask('listSandboxes', {})).sandboxes).toEqual([]);
  await expect(scene.open()).rejects.toMatchObject({ code: 'sandbox_disk_quota' });
});
