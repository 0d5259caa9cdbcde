import { readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { openDetectionKey } from './detection-key.ts';

const run = 'run_0123456789';

test(
  verifies('detect.canary-lasts', 'a run has the same canary after a restart, and another run another one'),
  async () => {
    const folder = await temporaryFolder();
    const [first, again] = [await openDetectionKey(folder), await openDetectionKey(folder)];
    expect(again.canaryOf(run)).toBe(first.canaryOf(run));
    expect(first.canaryOf('run_9876543210')).not.toBe(first.canaryOf(run));
    expect((await stat(join(folder, 'detection.key'))).mode & 0o777).toBe(0o600);
  },
);

test(verifies('detect.canary-lasts', 'a key that was cut off is refused, not used'), async () => {
  const folder = await temporaryFolder();
  await openDetectionKey(folder);
  await truncate(join(folder, 'detection.key'), 3);
  await expect(openDetectionKey(folder)).rejects.toMatchObject({ code: 'supervisor_detection_key' });
  expect(await readFile(join(folder, 'detection.key'))).toHaveLength(3);
});
