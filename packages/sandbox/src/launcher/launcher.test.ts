import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { launcherBinary, ordinaryUser, temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { membersOf, survivorsOf } from '../conformance/namespace-members.ts';
import { type ConformanceSubject, prepare, shell } from '../conformance/subject.ts';
import type { LauncherDriver } from './driver.ts';
import { FrameWriter } from './frame-writer.ts';
import { spawnLauncher } from './spawn.ts';
import { longestFrame, requestTypes } from './wire.ts';

const root = process.getuid?.() === 0;
const user = await ordinaryUser();

async function launcher(through: readonly string[] = []): Promise<LauncherDriver> {
  const driver = await spawnLauncher({ binary: await launcherBinary(), through });
  onTestFinished(() => driver.close());
  return driver;
}

function subjectOf(driver: LauncherDriver): ConformanceSubject {
  return {
    name: 'launcher',
    tier: root ? 'sandboxed' : 'same-user',
    owner: root ? { uid: 0, gid: 0 } : user,
    driver: () => driver,
  };
}

/** Waits for what another process does soon; the test's own timeout is the limit. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

test(verifies('sandbox.ends-with-launcher', 'sandboxes die with a launcher that was killed'), async () => {
  const driver = await launcher();
  const sandbox = await driver.start(await prepare(subjectOf(driver)));
  const running = sandbox.execute({ arguments: ['sh', '-c', 'trap "" TERM HUP; setsid sleep 1000 & sleep 1000'] });
  const pid = sandbox.attestation.namespaces['pid'];
  await until(async () => (await membersOf('pid', pid)).length > 3);
  const members = await membersOf('pid', pid);
  process.kill(driver.hello.process, 'SIGKILL');
  await expect(running.end).rejects.toMatchObject({ code: 'sandbox_launcher_gone' });
  await expect(sandbox.closed).resolves.toMatchObject({ cause: expect.stringContaining('launcher ended') });
  await until(async () => (await survivorsOf(members)).length === 0);
  await expect(sandbox.run({ arguments: ['true'] })).rejects.toMatchObject({ code: 'sandbox_launcher_gone' });
  await expect(driver.start(await prepare(subjectOf(driver)))).rejects.toMatchObject({ code: 'sandbox_launcher_gone' });
});

/** A launcher that is spoken to by hand. */
async function bareLauncher(): Promise<{ child: ChildProcess; control: Duplex }> {
  const child = spawn(await launcherBinary(), ['serve'], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
    env: { CLAWHOLD_LAUNCHER_FD: '4' },
  });
  const control = child.stdio[4];
  if (!(control instanceof Duplex)) throw new Error('the launcher did not start');
  control.on('error', () => undefined);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(control, 'data');
  return { child, control };
}

test(verifies('sandbox.malformed-frame', 'a frame that is not in the protocol ends the launcher'), async () => {
  const frames = [
    Buffer.from([1, 0, 0, 0, 0]),
    Buffer.from([255, 255, 255, 255, 1]),
    new FrameWriter().frame(99, 1),
    new FrameWriter().u32(7).frame(requestTypes.start, 1),
    new FrameWriter().u32(1_000_000_000).frame(requestTypes.job, 1),
    new FrameWriter().bytes(Buffer.alloc(10)).u32(0).frame(requestTypes.input, 1),
    new FrameWriter().u32(0).frame(requestTypes.signal, 1),
  ];
  for (const frame of frames) {
    const { child, control } = await bareLauncher();
    control.write(frame);
    const [status] = (await once(child, 'exit')) as [number];
    expect(status).toBe(76);
  }
});

test('ends quietly when its stream closes', async () => {
  const { child, control } = await bareLauncher();
  control.destroy();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test(
  verifies('sandbox.namespaces-advice', 'forbidden user namespaces are explained with the switch to turn'),
  async () => {
    const forbid = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"';
    const driver = await launcher(['unshare', '-Ur', 'sh', '-c', forbid, 'sh']);
    const request = await prepare({
      ...subjectOf(driver),
      owner: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    });
    await expect(driver.start(request)).rejects.toMatchObject({
      code: 'sandbox_namespaces_forbidden',
      message: expect.stringContaining('does not allow user namespaces'),
      hint: expect.stringContaining('sysctl -w user.max_user_namespaces='),
    });
    const command = ['-Ur', 'sh', '-c', forbid, 'sh', await launcherBinary(), 'probe'];
    const { stdout } = await promisify(execFile)('unshare', command);
    expect(JSON.parse(stdout)).toMatchObject({
      userNamespaces: { works: false, advice: expect.stringContaining('sysctl') },
    });
  },
);

test.runIf(root)(verifies('sandbox.launcher-capabilities', 'a privileged launcher keeps what it lists'), async () => {
  const driver = await launcher();
  const status = await readFile(`/proc/${driver.hello.process}/status`, 'utf8');
  // CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, SYS_ADMIN: see privileges.c.
  const kept = [0, 1, 2, 3, 4, 5, 6, 7, 8, 21].reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n);
  for (const set of ['CapPrm', 'CapEff', 'CapBnd'])
    expect(status).toContain(`${set}:\t${kept.toString(16).padStart(16, '0')}`);
  for (const set of ['CapInh', 'CapAmb']) expect(status).toContain(`${set}:\t${'0'.repeat(16)}`);
});

test('two sandboxes may not share one storage folder at a time', async () => {
  const driver = await launcher();
  const request = await prepare(subjectOf(driver));
  const first = await driver.start(request);
  await expect(driver.start({ ...request, slot: request.slot + 1_000 })).rejects.toMatchObject({
    code: 'sandbox_storage_in_use',
  });
  await first.kill();
  const second = await driver.start(request);
  expect(await shell(second, 'echo works')).toBe('works');
});

test('many sandboxes run side by side', async () => {
  const driver = await launcher();
  const requests = await Promise.all(Array.from({ length: 12 }, () => prepare(subjectOf(driver))));
  const sandboxes = await Promise.all(requests.map((request) => driver.start(request)));
  const answers = await Promise.all(
    sandboxes.map((sandbox, index) => shell(sandbox, `echo ${index} > own; sleep 0.05; cat own`)),
  );
  expect(answers).toEqual(sandboxes.map((_, index) => String(index)));
});

test(verifies('sandbox.idle-memory', 'an idle sandbox holds less than a megabyte'), async () => {
  const driver = await launcher();
  const requests = await Promise.all(Array.from({ length: 32 }, () => prepare(subjectOf(driver))));
  const sandboxes = await Promise.all(requests.map((request) => driver.start(request)));
  const held = await Promise.all(sandboxes.map(async (sandbox) => (await sandbox.usage()).memoryBytes));
  if (sandboxes.some(({ attestation }) => !attestation.cgroup.memory)) return; // nobody counts it on this machine
  // The kernel charges the last few for pages that they may take next, and the first for files of the machine.
  const median = held.map((bytes) => bytes ?? Number.NaN).toSorted((left, right) => left - right)[held.length / 2];
  expect(median).toBeLessThan(1_000_000);
});

test('a job of an unknown name fails with its own words, and leaves the launcher alive', async () => {
  const driver = await launcher();
  expect(await driver.job(['no-such-job'])).toMatchObject({ status: 2, stderr: expect.stringContaining('usage') });
  const folder = await temporaryFolder();
  expect((await driver.job(['begin', folder])).status).toBe(0);
});

test(verifies('files.never-cut', 'a list of changes of many times what may be on its way arrives whole'), {
  timeout: 60_000,
}, async () => {
  const driver = await launcher();
  const request = await prepare(subjectOf(driver));
  await using sandbox = await driver.start(request);
  const [files, folders] = [2_500, 10];
  const make = [
    `for i in $(seq ${folders}); do n=$(printf %0200d $i); mkdir $n && cd $n; done`,
    `perl -e 'open(F, ">", sprintf("%0200d", $_)) || die "$!" for 1..${files}'`,
  ].join('; ');
  expect(await shell(sandbox, make)).toBe('');
  const list = await driver.job([
    'diff',
    request.taskFolder,
    `${request.storage}/view/upper`,
    '',
    '',
    'user',
    '1000000',
  ]);
  expect(list.status).toBe(0);
  expect(list.stdout.length).toBeGreaterThan(longestFrame);
  // The last group names the number.
  expect(Buffer.from(list.stdout).toString('latin1').slice(-8)).toBe(`\0${files + folders}\0\0\0`);
});

test.runIf(root)('works when folders lie below 0700 folders of another account', async () => {
  const driver = await launcher();
  const request = await prepare({ ...subjectOf(driver), owner: user });
  const sandbox = await driver.start(request);
  expect(await shell(sandbox, 'echo x > file && cat file && stat -c %U .')).toBe('x\nagent');
});

test.runIf(root)(
  verifies(
    'sandbox.host-as-it-is',
    'a mount or a system file that changed while a starter waited is seen as it is now',
  ),
  async () => {
    const folder = await temporaryFolder({ mode: 0o755 });
    const [timezone, shared] = [join(folder, 'timezone'), join(folder, 'shared')];
    await writeFile(timezone, 'Before/Change\n');
    await mkdir(shared);
    await writeFile(join(shared, 'note'), 'mounted later');
    // A mount namespace of its own, in which changing the host's files changes nobody else's.
    const privately = `touch /etc/timezone && mount --bind ${timezone} /etc/timezone && exec "$@"`;
    const driver = await launcher(['unshare', '-m', 'sh', '-c', privately, 'sh']);
    const look = async (): Promise<string> => {
      await using sandbox = await driver.start(await prepare(subjectOf(driver)));
      // Awaited here: at the end of this function the sandbox is gone. The sleep gives the next starter time to get ready.
      return await shell(sandbox, 'cat /etc/timezone; cat /usr/share/note 2>&1 || true; sleep 0.1');
    };
    expect(await look()).toMatch(/^Before\/Change\n.*No such file/);
    await writeFile(timezone, 'After/Change\n');
    expect(await look()).toMatch(/^After\/Change\n.*No such file/);
    const enter = ['-t', String(driver.hello.process), '-m', 'mount', '--bind', shared, '/usr/share'];
    await promisify(execFile)('nsenter', enter);
    expect(await look()).toBe('After/Change\nmounted later');
  },
);
