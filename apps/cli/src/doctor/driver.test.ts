import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { examineDriver } from './driver.ts';

test(verifies('sandbox-drivers.choice', 'the doctor names the chosen driver, the others, and what to install'), () => {
  const find = (name: string): string | null | undefined =>
    name === 'launcher' ? null : name === 'crun' ? '/usr/bin/crun' : undefined;
  const machine = { find, architecture: 'x64' };
  expect(examineDriver({}, machine)).toMatchObject({ state: 'good', text: 'launcher; also here: crun' });
  expect(examineDriver({ CLAWHOLD_SANDBOX_DRIVER: 'crun' }, machine)).toMatchObject({
    state: 'good',
    text: 'crun; also here: launcher',
  });
  expect(examineDriver({ CLAWHOLD_SANDBOX_DRIVER: 'bubblewrap' }, machine)).toMatchObject({
    state: 'bad',
    text: 'The sandbox driver bubblewrap is not installed on this machine. On Debian or Ubuntu: sudo apt-get install bubblewrap',
  });
  expect(examineDriver({ CLAWHOLD_SANDBOX_DRIVER: 'docker' }, machine)).toMatchObject({
    state: 'bad',
    text: expect.stringContaining(
      'or its service does not run (/var/run/docker.sock). On Debian or Ubuntu: sudo apt-get install docker.io',
    ),
  });
  expect(examineDriver({ CLAWHOLD_SANDBOX_DRIVER: 'nomad' }, machine)).toMatchObject({
    state: 'bad',
    text: 'CLAWHOLD_SANDBOX_DRIVER names no driver: nomad',
  });
  const environment = { CLAWHOLD_SANDBOX_DRIVER: 'microvm', CLAWHOLD_GUEST_KERNEL: '/nonexistent' };
  const withQemu = { find: () => '/usr/bin/qemu-system-x86_64', architecture: 'x64' };
  expect(examineDriver(environment, withQemu)).toMatchObject({
    state: 'bad',
    text: expect.stringMatching(
      /^The sandbox driver microvm finds no kernel for its machines in \/nonexistent\. On Debian: sudo/,
    ),
  });
  expect(examineDriver(environment, { ...withQemu, architecture: 'arm64' })).toMatchObject({
    state: 'bad',
    text: 'The sandbox driver microvm needs an x64 machine, and this is arm64. Choose another driver, which docs/sandbox-drivers.md lists',
  });
  // What could not be chosen either is not named beside the chosen one.
  expect(examineDriver({ CLAWHOLD_GUEST_KERNEL: '/nonexistent' }, withQemu).text).not.toContain('microvm');
});
