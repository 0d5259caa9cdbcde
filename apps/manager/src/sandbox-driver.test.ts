import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { launcherDriver, sandboxDriver } from './sandbox-driver.ts';

test(verifies('sandbox-drivers.choice', 'nothing chosen is the launcher, and an unknown name a sentence'), () => {
  expect(sandboxDriver({})).toBe('launcher');
  expect(sandboxDriver({ CLAWHOLD_SANDBOX_DRIVER: '' })).toBe('launcher');
  for (const name of ['nomad', 'toString', 'Launcher'])
    expect(() => sandboxDriver({ CLAWHOLD_SANDBOX_DRIVER: name })).toThrow(`There is no sandbox driver "${name}".`);
});

test(
  verifies('sandbox-drivers.choice', 'virtual machines need a kernel, which the launcher is told the place of'),
  () => {
    const environment = { CLAWHOLD_SANDBOX_DRIVER: 'microvm', CLAWHOLD_GUEST_KERNEL: '/nonexistent' };
    expect(() => sandboxDriver(environment)).toThrow(
      /^The sandbox driver microvm (is not installed|finds no kernel|needs an x64 machine)/,
    );
    expect(launcherDriver('microvm', environment)).toEqual(['--engine', 'microvm', '--guest-kernel', '/nonexistent']);
    expect(launcherDriver('crun', environment)).toEqual(['--engine', 'crun']);
  },
);
