import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { readOrCreateKeyFile } from './key-file.ts';

test(
  verifies('gateway.key-files', 'all who make it at the same time get the same key, and leave only that'),
  async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'key');
    const keys = await Promise.all(Array.from({ length: 12 }, () => readOrCreateKeyFile(path, 32)));
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
    expect(keys[0]).toHaveLength(32);
    expect(await readdir(folder)).toEqual(['key']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  },
);

test(verifies('gateway.key-files', 'what a killed process left behind is in nobody’s way'), async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'key');
  await writeFile(`${path}.${process.pid}`, 'half');
  expect(await readOrCreateKeyFile(path, 32)).toHaveLength(32);
});

test(verifies('gateway.key-files', 'a damaged or unreachable one is an error, never a new key'), async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'key');
  await writeFile(path, 'short');
  await expect(readOrCreateKeyFile(path, 32)).rejects.toThrow('5 bytes instead of 32');
  expect(await readFile(path, 'utf8')).toBe('short');
  await expect(readOrCreateKeyFile(folder, 32)).rejects.toThrow();
  await expect(readOrCreateKeyFile(join(folder, 'no', 'key'), 32)).rejects.toThrow();
});
