import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { specialFileSystem } from './special-folder.ts';

const mounts = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:5 / /proc rw - proc proc rw
24 22 0:6 / /sys ro - sysfs sysfs ro
25 24 0:7 / /sys/fs/cgroup rw shared:9 master:2 - cgroup2 cgroup rw
26 22 0:8 / /dev rw - tmpfs tmpfs rw
27 26 0:9 / /dev/shm rw - tmpfs shm rw
28 22 8:2 / /mnt/with\\040blank rw - proc proc rw
29 22 8:3 / /srv rw - proc proc rw
30 22 8:3 / /srv rw - xfs /dev/sdb rw`;

test.each([
  ['/proc', 'proc'],
  ['/proc/1/fd', 'proc'],
  ['/sys', 'sysfs'],
  ['/sys/fs/cgroup/system.slice', 'cgroup2'],
  ['/dev', 'devices'],
  ['/dev/mapper', 'devices'],
  ['/mnt/with blank/x', 'proc'],
])('%s lies in the kernel’s %s', (folder, type) => {
  expect(specialFileSystem(folder, mounts)).toBe(type);
});

test.each(['/', '/home/mia', '/process', '/devices', '/dev/shm/work', '/srv/x', '/mnt/with'])(
  '%s does not',
  (folder) => {
    expect(specialFileSystem(folder, mounts)).toBeUndefined();
  },
);

test('it is so on this machine', () => {
  const own = readFileSync('/proc/self/mountinfo', 'utf8');
  expect(['/proc/self', '/sys', '/dev', import.meta.dirname].map((folder) => specialFileSystem(folder, own))).toEqual([
    'proc',
    'sysfs',
    expect.stringMatching(/devices|devtmpfs/),
    undefined,
  ]);
});
