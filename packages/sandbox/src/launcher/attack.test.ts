import { launcherBinary, verifies } from '@clawhold/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ConformanceSubject, scene } from '../conformance/subject.ts';
import type { LauncherDriver } from './driver.ts';
import { spawnLauncher } from './spawn.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** What a program tries that knows how such sandboxes are built: beside the conformance suite, on this driver only. */
let driver: LauncherDriver;
beforeAll(async () => {
  driver = await spawnLauncher({ binary: await launcherBinary() });
});
afterAll(() => driver?.close());

const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const subject: ConformanceSubject = { name: 'launcher', tier: 'sandboxed', driver: () => driver, owner };

const EPERM = '1';

function systemCall(numbers: { x64: number; arm64: number }, ...args: (number | string)[]): string {
  const number = process.arch === 'arm64' ? numbers.arm64 : numbers.x64;
  return `perl -e '@a = (${args.join(', ')}); $r = syscall(${number}, @a); print $r == -1 ? $!+0 : 0'`;
}

test(verifies('sandbox.seccomp', 'bits that the kernel does not look at do not hide what is asked for'), async () => {
  const { sh } = await scene(subject);
  const high = 2 ** 32;
  const calls = {
    // The kernel takes the request of ioctl, a family and a personality as 32 bits: a filter of 64 is passed like this.
    'ioctl TIOCSTI': systemCall({ x64: 16, arm64: 29 }, 0, high + 0x5412, 0),
    'ioctl TIOCLINUX': systemCall({ x64: 16, arm64: 29 }, 0, high + 0x541c, 0),
    'clone of a user namespace': systemCall({ x64: 56, arm64: 220 }, high + 0x1000_0011, 0, 0, 0, 0),
    unshare: systemCall({ x64: 272, arm64: 97 }, high + 0x1000_0000),
    personality: systemCall({ x64: 135, arm64: 92 }, high + 0x004_0000),
  };
  for (const [name, call] of Object.entries(calls)) expect(`${name} ${await sh(call)}`).toBe(`${name} ${EPERM}`);
  const vsock = await sh(systemCall({ x64: 41, arm64: 198 }, high + 40, 1, 0));
  expect(vsock).not.toBe('0');
});

test(verifies('sandbox.no-host-sockets', 'two sandboxes share no abstract socket and no loopback'), async () => {
  const [one, other] = [await scene(subject), await scene(subject)];
  const serve = `node -e 'const s = require("net").createServer((c) => c.end("secret")); s.listen("\\0clawhold-meeting"); require("net").createServer((c) => c.end("secret")).listen(7777, "127.0.0.1", () => console.log("up"))'`;
  const server = one.sandbox.execute({ arguments: ['sh', '-c', serve] });
  for await (const { bytes } of server) {
    expect(Buffer.from(bytes).toString()).toContain('up');
    break;
  }
  const ask = (where: string) =>
    `node -e 'const c = require("net").connect(${where}); c.pipe(process.stdout); c.on("error", (e) => console.log(e.code))'`;
  for (const where of ['"\\0clawhold-meeting"', '7777, "127.0.0.1"']) {
    expect(await one.sh(ask(where))).toBe('secret');
    expect(await other.sh(ask(where))).toBe('ECONNREFUSED');
  }
  server.kill();
});

test(verifies('sandbox.process-limit', 'a fork bomb and a memory bomb stay in their sandbox'), async () => {
  const [bad, good] = [await scene(subject), await scene(subject)];
  const bomb = bad.sandbox.execute({ arguments: ['sh', '-c', 'bomb() { bomb | bomb & }; bomb; sleep 60'] });
  const hog = bad.sandbox.execute({
    arguments: ['perl', '-e', 'my @all; while (1) { push @all, "x" x 1000000; }'],
  });
  for (let turn = 0; turn < 5; turn++) expect(await good.sh('echo fine $((1 + 1))')).toBe('fine 2');
  const { processes = 0, memoryBytes = 0 } = await bad.sandbox.usage();
  expect(processes).toBeLessThanOrEqual(64);
  expect(memoryBytes).toBeLessThanOrEqual(512 * 1024 ** 2);
  bomb.kill();
  hog.kill();
  await bad.sandbox.kill();
  expect(await good.sh('echo still')).toBe('still');
});

test(
  verifies('sandbox.first-process-protected', 'a signal to everything ends a command, not its sandbox'),
  async () => {
    const { sh } = await scene(subject);
    await sh('kill -KILL -1');
    await sh('kill -STOP 1; kill -SEGV 1; kill -KILL 1; kill -TERM 1');
    await sh(`perl -e 'for my $s (1..64) { kill $s, 1 }'`);
    expect(await sh('echo alive')).toBe('alive');
  },
);

test(verifies('sandbox.no-descriptors', 'no descriptor leads to another process, by /proc or by pidfd'), async () => {
  const { sh } = await scene(subject);
  expect(await sh('ls /proc/1/fd 2>&1 | head -1')).toMatch(/Permission denied|cannot/);
  expect(await sh('cat /proc/1/environ /proc/1/maps /proc/1/mem 2>&1 | head -c 300')).not.toMatch(/clawhold-launcher/);
  const pidfd = { x64: 434, arm64: 434 };
  const getfd = { x64: 438, arm64: 438 };
  const number = (of: { x64: number; arm64: number }) => (process.arch === 'arm64' ? of.arm64 : of.x64);
  expect(
    await sh(
      `perl -e '$p = syscall(${number(pidfd)}, 1, 0); for my $f (0..20) { $r = syscall(${number(getfd)}, $p, $f, 0); print "got $f\\n" if $r >= 0 }'`,
    ),
  ).toBe('');
});
