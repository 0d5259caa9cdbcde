import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { writeExport } from './write-export.ts';

async function* pieces(...texts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}

test('an export is a new file for its owner only', async () => {
  const path = join(await temporaryFolder(), 'export.ndjson');
  expect(await writeExport(path, pieces('one\n', 'two\n'))).toBe(8);
  expect(await readFile(path, 'utf8')).toBe('one\ntwo\n');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a file that is there is left as it is', async () => {
  const path = join(await temporaryFolder(), 'export.ndjson');
  await writeFile(path, 'precious');
  await expect(writeExport(path, pieces('one'))).rejects.toMatchObject({ code: 'input_file_exists' });
  expect(await readFile(path, 'utf8')).toBe('precious');
});

test('of an export that breaks off nothing is left', async () => {
  const folder = await temporaryFolder();
  const lost = new Error('the gateway went away');
  await expect(writeExport(join(folder, 'export.ndjson'), pieces('one', lost))).rejects.toBe(lost);
  expect(await readdir(folder)).toEqual([]);
});

test('a place where nothing can be written is one sentence', async () => {
  const folder = await temporaryFolder();
  await expect(writeExport(join(folder, 'no', 'such'), pieces('one'))).rejects.toMatchObject({
    code: 'host_file_not_written',
  });
});
