import { findEngine } from '@clawhold/spec/sandbox-drivers';
import { launcherBinary, ordinaryUser, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { type ConformanceSubject, prepare, shell } from '../conformance/subject.ts';
import { spawnLauncher } from '../launcher/spawn.ts';

const isRoot = process.getuid?.() === 0;

test.skipIf(findEngine('podman') === undefined)(
  verifies('sandbox-drivers.within', 'nothing that Podman puts into a container is in the sandbox'),
  async () => {
    const driver = await spawnLauncher({ binary: await launcherBinary(), engine: 'podman' });
    onTestFinished(() => driver.close());
    const subject: ConformanceSubject = {
      name: 'podman',
      tier: isRoot ? 'sandboxed' : 'same-user',
      owner: isRoot ? { uid: 0, gid: 0 } : await ordinaryUser(),
      driver: () => driver,
    };
    await using sandbox = await driver.start(await prepare(subject, {}, { 'a.txt': 'a' }));
    expect((await shell(sandbox, 'ls -A /')).split('\n')).not.toEqual(expect.arrayContaining(['sandbox']));
    expect((await shell(sandbox, 'ls -A /')).split('\n')).not.toEqual(expect.arrayContaining(['sys']));
    expect(await shell(sandbox, 'ls -A /run /dev/pts /dev/mqueue 2>/dev/null | grep -v :')).toBe('');
    const mounts = await shell(sandbox, 'cat /proc/self/mountinfo');
    expect(mounts).toContain(' /task ');
    expect(mounts).not.toMatch(/ - (sysfs|mqueue|devpts|cgroup2?) |podman|libpod|outer/);
    expect(await shell(sandbox, 'cat /proc/sys/kernel/hostname /etc/hosts; cat a.txt')).toMatch(
      /^sbx-conformance\n.*a$/s,
    );
    expect(await shell(sandbox, 'mount -o remount,rw / || umount /proc || touch /x || echo sealed')).toContain(
      'sealed',
    );
    expect(await shell(sandbox, 'grep -c "^Cap.*0000000000000000$" /proc/self/status')).toBe('5');
  },
);
