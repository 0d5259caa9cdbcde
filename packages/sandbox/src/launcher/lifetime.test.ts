import { launcherBinary, ordinaryUser, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { membersOf, survivorsOf } from '../conformance/namespace-members.ts';
import { type ConformanceSubject, ordinaryLimits, scene } from '../conformance/subject.ts';
import type { Sandbox } from '../sandbox.ts';
import type { LauncherDriver } from './driver.ts';
import { spawnLauncher } from './spawn.ts';

vi.setConfig({ testTimeout: 120_000 });

const root = process.getuid?.() === 0;
const user = await ordinaryUser();
const binary = await launcherBinary();

/** A sandbox that lives as long as is said, with a launcher of its own. */
async function start(
  lifetimeSeconds?: number,
): Promise<{ readonly driver: LauncherDriver; readonly sandbox: Sandbox }> {
  const driver = await spawnLauncher({ binary });
  onTestFinished(() => driver.close());
  const owner = root ? { uid: 0, gid: 0 } : user;
  const subject: ConformanceSubject = { name: 'lifetime', tier: 'sandboxed', driver: () => driver, owner };
  const limits = { ...ordinaryLimits, ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }) };
  return { driver, sandbox: (await scene(subject, { limits })).sandbox };
}

const membersIn = (sandbox: Sandbox) => membersOf('pid', sandbox.attestation.namespaces['pid']);

test(verifies('sandbox.lifetime', 'a sandbox ends in its time, frozen or not, and says so'), async () => {
  const all = await Promise.all([start(2), start(2)]);
  for (const [at, { sandbox }] of all.entries()) {
    expect(sandbox.attestation.limits.lifetimeSeconds).toBe(2);
    sandbox.execute({ arguments: ['sh', '-c', 'trap "" HUP INT TERM; sleep 1000 & setsid sleep 1000'] });
    if (at > 0) await sandbox.freeze().catch(() => undefined); // its time may be over already
  }
  for (const { sandbox } of all) {
    expect(await sandbox.closed).toEqual({ cause: 'it had run for as long as a sandbox may', reason: 'time' });
    expect(await membersIn(sandbox)).toEqual([]);
  }
});

test(
  verifies('sandbox.lifetime', 'a launcher that is stopped lifts no limit: the first process ends the sandbox'),
  async () => {
    const { driver, sandbox } = await start(1);
    // As it was born: an ordinary user sees it by what it started.
    sandbox.execute({ arguments: ['sleep', '1000'] });
    const members = await vi.waitUntil(
      async () => ((await membersIn(sandbox)).length > 1 ? await membersIn(sandbox) : undefined),
      { timeout: 60_000 },
    );
    process.kill(driver.hello.process, 'SIGSTOP');
    try {
      await vi.waitFor(async () => expect(await survivorsOf(members)).toEqual([]), { timeout: 60_000, interval: 100 });
    } finally {
      process.kill(driver.hello.process, 'SIGCONT');
    }
  },
);

test(verifies('sandbox.timeout', 'the time in which a sandbox is frozen is not that of its commands'), async () => {
  const { sandbox } = await start();
  const running = sandbox.execute({ arguments: ['cat'], interactive: true, timeoutMilliseconds: 6_000 });
  await sandbox.freeze();
  await new Promise((resolve) => setTimeout(resolve, 6_500));
  await sandbox.thaw();
  running.closeInput();
  expect(await running.end).toEqual({ kind: 'exited', status: 0 });
});

test('no limit is none', async () => {
  const { sandbox } = await start();
  expect(sandbox.attestation.limits.lifetimeSeconds).toBeNull();
});
