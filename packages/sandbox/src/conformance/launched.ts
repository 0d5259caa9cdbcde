import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxDriverName } from '@clawhold/spec';
import { findEngine } from '@clawhold/spec/sandbox-drivers';
import { guestKernel, launcherBinary, makeTemporaryFolder, ordinaryUser, scale } from '@clawhold/testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import type { SandboxDriver } from '../driver.ts';
import { spawnLauncher } from '../launcher/spawn.ts';
import { testConformance } from './index.ts';
import type { ConformanceSubject } from './subject.ts';

const isRoot = process.getuid?.() === 0;

function testAs(
  engine: SandboxDriverName,
  subject: Omit<ConformanceSubject, 'driver'>,
  through: readonly string[],
): void {
  describe(subject.name, () => {
    let driver: SandboxDriver | undefined;
    const folder = makeTemporaryFolder({ mode: 0o755 });

    beforeAll(async () => {
      // The cache may lie below a 0700 folder that the other account cannot pass.
      const binary = join((await folder).path, 'launcher');
      await copyFile(await launcherBinary(), binary);
      await chmod(binary, 0o755);
      const kernel = engine === 'microvm' ? { guestKernel: await guestKernel() } : {};
      driver = await spawnLauncher({ binary, engine, through, ...kernel });
    }, 60_000);
    afterAll(async () => {
      await driver?.close();
      await (await folder)[Symbol.asyncDispose]();
    });

    const started = (): SandboxDriver => {
      if (driver === undefined) throw new Error('the launcher did not start');
      return driver;
    };
    testConformance({ ...subject, driver: started }, engine);
  });
}

/** As whom the launcher runs; `root` only where the tests run as root. */
type Account = 'root' | 'ordinary user';

/**
 * The whole suite on a launcher with this driver, if its engine is on this machine.
 *
 * @param everyDay the accounts of `npm test`; `npm run test:long` takes both. Default: both.
 */
export async function testLaunched(driver: SandboxDriverName, everyDay?: readonly Account[]): Promise<void> {
  const user = await ordinaryUser();
  const asUser = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--'];
  const wanted = (account: Account): boolean => everyDay === undefined || scale(1) > 1 || everyDay.includes(account);
  describe.skipIf(findEngine(driver) === undefined)(driver, () => {
    if (isRoot && wanted('root')) testAs(driver, { name: 'as root', tier: 'sandboxed', owner: { uid: 0, gid: 0 } }, []);
    if (wanted('ordinary user') || (!isRoot && wanted('root')))
      testAs(driver, { name: 'as an ordinary user', tier: 'same-user', owner: user }, isRoot ? asUser : []);
  });
}
