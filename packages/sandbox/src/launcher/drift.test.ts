import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launcherBinary, ordinaryUser, verifies } from '@clawhold/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { groupFile } from '../conformance/control-groups.ts';
import { membersOf } from '../conformance/namespace-members.ts';
import { type ConformanceSubject, ordinaryLimits, prepare } from '../conformance/subject.ts';
import type { SandboxDriver } from '../driver.ts';
import type { Sandbox, SandboxRequest } from '../sandbox.ts';
import { spawnLauncher } from './spawn.ts';

vi.setConfig({ testTimeout: 60_000 });

const root = process.getuid?.() === 0;
const user = await ordinaryUser();
let driver: SandboxDriver;
beforeAll(async () => {
  driver = await spawnLauncher({ binary: await launcherBinary() });
}, 60_000);
afterAll(() => driver.close());

/** The first process and its thread (`first.h`), which count like those of programs. */
const ownThreads = 2;

interface Victim {
  readonly sandbox: Sandbox;
  readonly request: SandboxRequest;
  /** Its first process on the host. */
  readonly first: number;
}

async function victim(): Promise<Victim> {
  const owner = root ? { uid: 0, gid: 0 } : user;
  const subject: ConformanceSubject = { name: 'drift', tier: 'sandboxed', driver: () => driver, owner };
  const request = await prepare(subject, { limits: { ...ordinaryLimits, processors: 1.5 } });
  const sandbox = await driver.start(request);
  onTestFinished(() => sandbox.kill());
  sandbox.execute({ arguments: ['sleep', '1000'] });
  // An ordinary user sees the first process only by what it started, and that only once it is the program that it will be.
  const members = await vi.waitFor(async () => {
    const found = await membersOf('pid', sandbox.attestation.namespaces['pid']);
    expect(found).not.toEqual([]);
    return found;
  });
  const first = Math.min(...members.map(({ process }) => Number(process)));
  return { sandbox, request, first };
}

/** What the timers of a process tick with, as the kernel says; a timer that is not armed is not among them. */
function tickingTimers(process: number): readonly string[] {
  const descriptors = readdirSync(`/proc/${process}/fdinfo`);
  const texts = descriptors.map((name) => readFileSync(`/proc/${process}/fdinfo/${name}`, 'utf8'));
  return texts
    .flatMap((text) => /it_interval: \((.*)\)/.exec(text)?.[1] ?? [])
    .filter((interval) => interval !== '0, 0');
}

test(
  verifies('sandbox.attestation-measured', 'mounts and limits are those that hold, as the kernel says'),
  async () => {
    const { sandbox, request } = await victim();
    const { mounts, limits, seccomp } = sandbox.attestation;
    expect(seccomp.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(mounts.find(({ path }) => path === '/')).toMatchObject({ type: 'tmpfs', flags: ['ro', 'nosuid', 'nodev'] });
    expect(mounts.find(({ path }) => path === '/task')).toMatchObject({ type: 'overlay', flags: ['nosuid', 'nodev'] });
    const usr = mounts.find(({ path }) => path === '/usr');
    expect(usr?.flags).toContain('ro');
    const writable = mounts.filter(({ flags }) => !flags.includes('ro')).map(({ path }) => path);
    expect(writable).toEqual(expect.arrayContaining(['/task', '/tmp', '/dev/shm']));
    expect(writable.every((path) => ['/task', '/tmp', '/proc'].includes(path) || path.startsWith('/dev/'))).toBe(true);
    const { memory, processes, processors } = sandbox.attestation.cgroup;
    expect(limits).toEqual({
      memoryBytes: memory ? request.limits.memoryBytes : null,
      groupProcesses: processes ? request.limits.processes + ownThreads : null,
      processes: request.limits.processes + ownThreads,
      openFiles: request.limits.openFiles,
      fileBytes: null,
      dataBytes: memory ? null : expect.any(Number),
      coreBytes: 0,
      lockedBytes: 65_536,
      processorWeight: processors ? 100 : null,
      processors: processors ? 1.5 : null,
      disks: expect.any(Array),
      lifetimeSeconds: null,
      nice: processors ? expect.any(Number) : 10,
    });
  },
);

const drifts: readonly (readonly [string, string, (victim: Victim) => boolean | Promise<boolean>])[] = [
  [
    'another mount in its place',
    'its mounts were changed',
    ({ first }) => {
      if (root) execFileSync('nsenter', ['-t', String(first), '-m', 'mount', '-t', 'tmpfs', 'x', '/tmp']);
      return root;
    },
  ],
  [
    'a limit of its first process',
    'the limits of its first process were changed',
    ({ first }) => {
      execFileSync('prlimit', ['--pid', String(first), '--nofile=100:100']);
      return true;
    },
  ],
  [
    'a limit of its control group',
    'the limits of its control group were changed',
    ({ first }) => {
      const file = groupFile(first, 'pids.max', 'memory.max');
      if (file !== undefined) writeFileSync(file, '999');
      return file !== undefined;
    },
  ],
  [
    'a weight of its control group',
    'the limits of its control group were changed',
    ({ first }) => {
      const file = groupFile(first, 'cpu.shares', 'cpu.weight');
      if (file !== undefined) writeFileSync(file, '5000');
      return file !== undefined;
    },
  ],
  [
    'a process that was moved out of its group',
    'it is not in its control groups any more',
    ({ first }) => {
      const file = groupFile(first, 'cgroup.procs');
      if (file !== undefined) writeFileSync(join(file, '../../cgroup.procs'), String(first));
      return file !== undefined;
    },
  ],
  [
    'a thaw by somebody else',
    'it was frozen, and somebody thawed it',
    async ({ sandbox, first }) => {
      if (!sandbox.attestation.cgroup.freezer) return false;
      await sandbox.freeze();
      const file = groupFile(first, 'cgroup.freeze', 'freezer.state');
      if (file !== undefined) writeFileSync(file, file.endsWith('state') ? 'THAWED' : '0');
      return file !== undefined;
    },
  ],
];

test.each(drifts)(verifies('sandbox.drift', 'ends a sandbox: %s'), async (_what, cause, change) => {
  const [one, other] = [await victim(), await victim()];
  if (!(await change(one))) return; // not on this machine
  expect(await one.sandbox.closed).toEqual({ cause, reason: 'drift' });
  expect((await other.sandbox.usage()).state).toBe('running');
});

test('the launcher looks only while a sandbox lives', async () => {
  await using own = await spawnLauncher({ binary: await launcherBinary() });
  const subject: ConformanceSubject = {
    name: 'timer',
    tier: 'sandboxed',
    driver: () => own,
    owner: root ? { uid: 0, gid: 0 } : user,
  };
  const launcher = own.hello.process;
  const quiet = (): Promise<void> => vi.waitFor(() => expect(tickingTimers(launcher)).toEqual([]));
  await quiet();
  await using sandbox = await own.start(await prepare(subject));
  expect(tickingTimers(launcher)).toContain('0, 100000000');
  await sandbox.kill();
  await quiet();
});
