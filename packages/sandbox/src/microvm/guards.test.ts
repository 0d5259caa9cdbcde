/** The self-test bites in a virtual machine as well: without a guard the start is refused by the probe that it stops. */
import { findEngine } from '@clawhold/spec/sandbox-drivers';
import { guestKernel, makeTemporaryFolder, scale, verifies } from '@clawhold/testkit';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { prepare } from '../conformance/subject.ts';
import { spawnLauncher } from '../launcher/spawn.ts';
import { launcherVariant } from '../launcher/testing/variant.ts';

const cache = await makeTemporaryFolder();
afterAll(() => cache[Symbol.asyncDispose]());
const isRoot = process.getuid?.() === 0;

const guards: readonly [define: string, probe: string][] = [
  ['WITHOUT_SECCOMP', 'kernel.seccomp'],
  ['WITHOUT_HIDDEN_FIRST_PROCESS', 'processes.first-process'],
  ['WITHOUT_CLOSED_DESCRIPTORS', 'files.descriptors'],
  ['WITHOUT_LANDLOCK', 'landlock.file'],
];

// Only as root, and a machine with an imitated processor takes long: in npm run test:long.
test.skipIf(findEngine('microvm') === undefined || !isRoot || scale(1) === 1).each(guards)(
  verifies('sandbox.self-test', 'in a virtual machine without a guard (%s) the start is refused: %s'),
  { timeout: 120_000 },
  async (define, probe) => {
    const binary = await launcherVariant([define], cache.path);
    const driver = await spawnLauncher({ binary, engine: 'microvm', guestKernel: await guestKernel() });
    onTestFinished(() => driver.close());
    const subject = { name: 'machine', tier: 'sandboxed', owner: { uid: 0, gid: 0 }, driver: () => driver } as const;
    await expect(driver.start(await prepare(subject))).rejects.toThrow(probe);
  },
);
