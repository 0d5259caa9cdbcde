import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { launcherBinary, ordinaryUser, verifies } from '@clawhold/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { groupFile } from '../conformance/control-groups.ts';
import { membersOf } from '../conformance/namespace-members.ts';
import { type ConformanceSubject, ordinaryLimits, scene } from '../conformance/subject.ts';
import type { Sandbox, SandboxLimits } from '../sandbox.ts';
import type { LauncherDriver } from './driver.ts';
import { spawnLauncher } from './spawn.ts';

vi.setConfig({ testTimeout: 120_000 });

const root = process.getuid?.() === 0;
const user = await ordinaryUser();
let driver: LauncherDriver;
beforeAll(async () => {
  driver = await spawnLauncher({ binary: await launcherBinary() });
}, 60_000);
afterAll(() => driver.close());

async function start(limits: Partial<SandboxLimits> = {}): Promise<Sandbox> {
  const owner = root ? { uid: 0, gid: 0 } : user;
  const subject: ConformanceSubject = { name: 'shares', tier: 'sandboxed', driver: () => driver, owner };
  return (await scene(subject, { limits: { ...ordinaryLimits, ...limits } })).sandbox;
}

/** Programs that do nothing but work, on the same processor. */
function work(sandbox: Sandbox, programs: number): void {
  sandbox.execute({
    arguments: ['sh', '-c', `for i in $(seq ${programs}); do taskset -c 0 sh -c 'while :; do :; done' & done; wait`],
  });
}

async function processesOf(sandbox: Sandbox): Promise<readonly number[]> {
  const members = await membersOf('pid', sandbox.attestation.namespaces['pid']);
  return members.map(({ process }) => Number(process));
}

/** Clock ticks that a process had: the 14th and 15th field of proc(5), the 12th and 13th after the name in brackets. */
function ticksOf(process: number): number {
  const text = readFileSync(`/proc/${process}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

async function worked(sandbox: Sandbox): Promise<number> {
  return (await processesOf(sandbox)).reduce((sum, process) => sum + ticksOf(process), 0);
}

async function firstOf(sandbox: Sandbox): Promise<number> {
  return Math.min(...(await processesOf(sandbox)));
}

/** A program of the platform; a session of its own, as programs of a service have. */
function workOutside(): number {
  const child = spawn('taskset', ['-c', '0', 'sh', '-c', 'while :; do :; done'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child.pid ?? 0;
}

/** Version 1 gives root its groups in any case; version 2 where the launcher's own group has nothing else in it. */
const certain = root && existsSync('/sys/fs/cgroup/cpu/cgroup.procs');

test(
  verifies('sandbox.processor-share', 'eight programs of one sandbox get no more of a processor than one of another'),
  async () => {
    const [greedy, modest, other] = [await start(), await start(), await start()];
    if (!certain && !greedy.attestation.cgroup.processors) return; // `sandbox.priority` is all there is
    work(greedy, 8);
    for (const one of [modest, other]) work(one, 1);
    const platform = workOutside();
    const look = async (): Promise<readonly [number, number, number]> => {
      const [most, least, third] = await Promise.all([greedy, modest, other].map(worked));
      return [most ?? 0, (least ?? 0) + (third ?? 0), ticksOf(platform)];
    };
    const all = async (): Promise<boolean> => (await processesOf(greedy)).length >= 10 && (await worked(other)) > 0;
    await vi.waitUntil(all, { timeout: 60_000 });
    const before = await look();
    const had = async () => (await look()).map((ticks, at) => ticks - (before[at] ?? 0));
    let [most = 0, others = 0, outside = 0] = await had();
    for (; others < 60; [most = 0, others = 0, outside = 0] = await had()) await sleep(50);
    // Without groups eight times as much as each of the others, and all together ten times as much as the program outside.
    expect(most).toBeLessThan((3 * others) / 2);
    expect(most + others).toBeLessThan(2 * outside);
  },
);

test(verifies('sandbox.processor-share', 'a sandbox over its part of a processor waits'), async () => {
  const sandbox = await start({ processors: 0.2 });
  if (!certain && !sandbox.attestation.cgroup.processors) return; // not on this machine
  expect(sandbox.attestation.limits.processors).toBe(0.2);
  work(sandbox, 1);
  const file = groupFile(await firstOf(sandbox), 'cpu.stat');
  const waits = (): number => Number(/^nr_throttled (\d+)$/m.exec(readFileSync(file ?? '', 'utf8'))?.[1] ?? 0);
  await vi.waitUntil(() => waits() > 0, { timeout: 60_000 });
});

test(verifies('sandbox.disk-share', 'what a sandbox moves is counted for it, and limited'), async () => {
  const sandbox = await start({ diskBytesPerSecond: 64 * 1024 ** 2 });
  const { cgroup, limits } = sandbox.attestation;
  if (!cgroup.disks || limits.disks.length === 0) return; // not on this machine, or not on this file system
  const rate = { readBytes: 64 * 1024 ** 2, writtenBytes: 64 * 1024 ** 2 };
  for (const disk of limits.disks) expect(disk).toMatchObject(rate);
  const { end } = await sandbox.run({
    arguments: ['dd', 'if=/dev/zero', 'of=/task/x', 'bs=1M', 'count=2', 'oflag=direct'],
  });
  expect(end).toEqual({ kind: 'exited', status: 0 });
  const file = groupFile(await firstOf(sandbox), 'blkio.throttle.io_service_bytes', 'io.stat');
  const counts = readFileSync(file ?? '', 'utf8').matchAll(/(?:Write |wbytes=)(\d+)/g);
  expect(Math.max(...Array.from(counts, ([, bytes]) => Number(bytes)))).toBeGreaterThanOrEqual(2 * 1024 ** 2);
});
