import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { findLauncher } from './find-launcher.ts';

const built = 'the launcher of this checkout';

async function cacheWith(record: object | undefined): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'clawhold-launcher-aa'), built);
  if (record !== undefined) await writeFile(join(folder, 'launcher.json'), JSON.stringify(record));
  return folder;
}

const digest = createHash('sha256').update(built).digest('hex');
const record = { sources: 'x', file: 'clawhold-launcher-aa', digest };

test(
  verifies('manager.launcher-as-built', 'the launcher that was recorded is taken, not a newer one beside it'),
  async () => {
    const folder = await cacheWith(record);
    await writeFile(join(folder, 'clawhold-launcher-bb'), 'for another processor');
    expect(await findLauncher(folder)).toBe(join(folder, 'clawhold-launcher-aa'));
  },
);

test(verifies('manager.launcher-as-built', 'a file that nobody recorded is not taken'), async () => {
  await expect(findLauncher(await cacheWith(undefined))).rejects.toMatchObject({ code: 'host_launcher_missing' });
});

test(
  verifies('manager.launcher-as-built', 'a recorded launcher that was exchanged or is gone is not taken'),
  async () => {
    const folder = await cacheWith(record);
    await writeFile(join(folder, 'clawhold-launcher-aa'), 'something else');
    await expect(findLauncher(folder)).rejects.toMatchObject({ code: 'host_launcher_changed' });
    await rm(join(folder, 'clawhold-launcher-aa'));
    await expect(findLauncher(folder)).rejects.toMatchObject({ code: 'host_launcher_missing' });
  },
);

test(verifies('manager.launcher-as-built', 'a record names a file of its own folder'), async () => {
  const elsewhere = await cacheWith(undefined);
  const folder = await cacheWith({ ...record, file: join(elsewhere, 'clawhold-launcher-aa') });
  expect(await findLauncher(folder)).toBe(join(folder, 'clawhold-launcher-aa'));
});
