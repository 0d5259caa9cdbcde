import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { examineDriver } from './driver.ts';

test(verifies('sandbox-drivers.choice', 'the doctor names the chosen driver, the others, and what to install'), () => {
  const find = (name: string): string | null | undefined =>
    name === 'launcher' ? null : name === 'crun' ? '/usr/bin/crun' : undefined;
  expect(examineDriver(undefined, find)).toMatchObject({ state: 'good', text: 'launcher; also here: crun' });
  expect(examineDriver('crun', find)).toMatchObject({ state: 'good', text: 'crun; also here: launcher' });
  expect(examineDriver('bubblewrap', find)).toMatchObject({
    state: 'bad',
    text: 'The sandbox driver bubblewrap is not installed on this machine. On Debian or Ubuntu: sudo apt-get install bubblewrap',
  });
  expect(examineDriver('docker', find)).toMatchObject({
    state: 'bad',
    text: expect.stringContaining(
      'or its service does not run (/var/run/docker.sock). On Debian or Ubuntu: sudo apt-get install docker.io',
    ),
  });
  expect(examineDriver('nomad', find)).toMatchObject({
    state: 'bad',
    text: 'CLAWHOLD_SANDBOX_DRIVER names no driver: nomad',
  });
});
