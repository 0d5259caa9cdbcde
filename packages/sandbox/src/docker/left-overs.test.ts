import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { findEngine } from '@clawhold/spec/sandbox-drivers';
import { launcherBinary, ordinaryUser, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type ConformanceSubject, prepare } from '../conformance/subject.ts';
import type { LauncherDriver } from '../launcher/driver.ts';
import { spawnLauncher } from '../launcher/spawn.ts';

const isRoot = process.getuid?.() === 0;
const docker = findEngine('docker');
const binary = await launcherBinary();

async function launcher(): Promise<LauncherDriver> {
  const driver = await spawnLauncher({ binary, engine: 'docker' });
  onTestFinished(() => driver.close());
  return driver;
}

async function containers(id: string): Promise<string> {
  const filter = ['ps', '--all', '--quiet', '--filter', `label=clawhold.sandbox=${id}`];
  return (await promisify(execFile)(docker ?? '', filter)).stdout;
}

const folders = async (): Promise<string[]> =>
  (await readdir(isRoot ? '/run' : '/tmp')).filter((name) => name.startsWith('clawhold-visit-'));

test.skipIf(docker === undefined)(
  verifies('sandbox-drivers.end', 'a launcher that is killed, ready or midway, leaves no container and no folder'),
  async () => {
    const owner = isRoot ? { uid: 0, gid: 0 } : await ordinaryUser();
    const subject = (driver: LauncherDriver): ConformanceSubject => ({
      name: 'docker',
      tier: isRoot ? 'sandboxed' : 'same-user',
      owner,
      driver: () => driver,
    });
    const id = `sbx-left-${process.pid}`;

    const ready = await launcher();
    const sandbox = await ready.start(await prepare(subject(ready), { id }));
    expect(await containers(id)).not.toBe('');
    process.kill(ready.hello.process, 'SIGKILL');
    await sandbox.closed;
    await vi.waitUntil(async () => (await containers(id)) === '', { timeout: 60_000 });

    const before = new Set(await folders());
    const midway = await launcher();
    const attempt = midway.start(await prepare(subject(midway), { id })).catch((error: unknown) => error);
    const made = async (): Promise<string | undefined> => (await folders()).find((name) => !before.has(name));
    const folder = await vi.waitUntil(made, { timeout: 60_000, interval: 1 });
    process.kill(midway.hello.process, 'SIGKILL');
    expect(await attempt).toMatchObject({ code: 'sandbox_launcher_gone' });

    const next = await launcher();
    await using _after = await next.start(await prepare(subject(next)));
    expect(await folders()).not.toContain(folder);
    await vi.waitUntil(async () => (await containers(id)) === '', { timeout: 60_000 });
  },
  180_000,
);
