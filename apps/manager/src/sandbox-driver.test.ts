import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { sandboxDriver } from './sandbox-driver.ts';

test(verifies('sandbox-drivers.choice', 'nothing chosen is the launcher, and an unknown name a sentence'), () => {
  expect(sandboxDriver({})).toBe('launcher');
  expect(sandboxDriver({ CLAWHOLD_SANDBOX_DRIVER: '' })).toBe('launcher');
  for (const name of ['nomad', 'toString', 'Launcher'])
    expect(() => sandboxDriver({ CLAWHOLD_SANDBOX_DRIVER: name })).toThrow(`There is no sandbox driver "${name}".`);
});
