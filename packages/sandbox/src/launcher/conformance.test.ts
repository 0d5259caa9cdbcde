import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launcherBinary, makeTemporaryFolder, ordinaryUser } from '@clawhold/testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import { type ConformanceSubject, testConformance } from '../conformance/index.ts';
import type { SandboxDriver } from '../driver.ts';
import { spawnLauncher } from './spawn.ts';

const root = process.getuid?.() === 0;
const user = await ordinaryUser();
const asUser = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--'];

function run(subject: Omit<ConformanceSubject, 'driver'>, through: readonly string[]): void {
  describe(subject.name, () => {
    let driver: SandboxDriver | undefined;
    const folder = makeTemporaryFolder({ mode: 0o755 });

    beforeAll(async () => {
      // The cache may lie below a 0700 folder that the other account cannot pass.
      const binary = join((await folder).path, 'launcher');
      await copyFile(await launcherBinary(), binary);
      await chmod(binary, 0o755);
      driver = await spawnLauncher({ binary, through });
    }, 60_000);
    afterAll(async () => {
      await driver?.close();
      await (await folder)[Symbol.asyncDispose]();
    });

    testConformance({
      ...subject,
      driver: () => {
        if (driver === undefined) throw new Error('the launcher did not start');
        return driver;
      },
    });
  });
}

if (root) run({ name: 'launcher as root', tier: 'sandboxed', owner: { uid: 0, gid: 0 } }, []);
run({ name: 'launcher as an ordinary user', tier: 'same-user', owner: user }, root ? asUser : []);
