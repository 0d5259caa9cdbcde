import type { SandboxDriverName } from '@clawhold/spec';
import { findEngine } from '@clawhold/spec/sandbox-drivers';
import { launcherBinary, ordinaryUser, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { spawnLauncher } from '../launcher/spawn.ts';
import { type ConformanceSubject, prepare, shell } from './subject.ts';

const isRoot = process.getuid?.() === 0;

/** For an engine that puts more into its container than a root that was made for it: one sandbox, if the engine is here. */
export async function testWithin(engine: SandboxDriverName): Promise<void> {
  const binary = await launcherBinary();
  test.skipIf(findEngine(engine) === undefined)(
    verifies('sandbox-drivers.within', `nothing that ${engine} puts into its container is in the sandbox`),
    async () => {
      const driver = await spawnLauncher({ binary, engine });
      onTestFinished(() => driver.close());
      const subject: ConformanceSubject = {
        name: engine,
        tier: isRoot ? 'sandboxed' : 'same-user',
        owner: isRoot ? { uid: 0, gid: 0 } : await ordinaryUser(),
        driver: () => driver,
      };
      await using sandbox = await driver.start(await prepare(subject, {}, { 'a.txt': 'a' }));
      const names = (await shell(sandbox, 'ls -A /')).split('\n');
      for (const name of ['task', 'proc']) expect(names).toContain(name);
      for (const name of ['sandbox', 'sys', 'clawhold', '.dockerenv']) expect(names).not.toContain(name);
      expect(await shell(sandbox, 'ls -A /run /dev/pts /dev/mqueue 2>/dev/null | grep -v :')).toBe('');
      const mounts = await shell(sandbox, 'cat /proc/self/mountinfo');
      expect(mounts).toContain(' /task ');
      expect(mounts).not.toMatch(/ - (sysfs|mqueue|devpts|cgroup2?) |podman|libpod|docker|outer|clawhold-visit/);
      expect(await shell(sandbox, 'cat /proc/sys/kernel/hostname a.txt')).toBe('sbx-conformance\na');
      expect(await shell(sandbox, 'mount -o remount,rw / || umount /proc || touch /x || echo sealed')).toContain(
        'sealed',
      );
      expect(await shell(sandbox, 'grep -c "^Cap.*0000000000000000$" /proc/self/status')).toBe('5');
      expect((await shell(sandbox, 'ls /sys/class/net /proc/sys/net/ipv4/conf 2>/dev/null')).split('\n')).not.toContain(
        'eth0',
      );
    },
    60_000,
  );
}
