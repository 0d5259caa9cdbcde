import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClawholdError } from '@clawhold/spec';
import { temporaryFolder } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type KeyedFolder, openKeyedFolder } from './keyed-folder.ts';

const schema = z.object({ name: z.string(), count: z.number() });

async function open(folder: string): Promise<KeyedFolder<z.infer<typeof schema>>> {
  return openKeyedFolder({
    folder: join(folder, 'deep', 'values'),
    schema,
    keyOf: ({ name }) => name,
    unreadable: (path, cause) => new ClawholdError('supervisor_labels', `${path} is broken.`, { cause }),
  });
}

test('each key has one value, which the next process finds, and removing it leaves no file', async () => {
  const folder = await temporaryFolder();
  const first = await open(folder);
  for (const [name, count] of [
    ['a/../b', 1],
    ['other', 2],
    ['a/../b', 3],
  ] as const)
    await first.write({ name, count });
  const found = (await (await open(folder)).readAll()).toSorted((a, b) => a.count - b.count);
  expect(found).toEqual([
    { name: 'other', count: 2 },
    { name: 'a/../b', count: 3 },
  ]);
  for (const name of ['a/../b', 'other', 'never there']) await first.remove(name);
  expect(await readdir(join(folder, 'deep', 'values'))).toEqual([]);
});

test('a file that cannot be read is no missing one', async () => {
  const folder = await temporaryFolder();
  const values = await open(folder);
  await values.write({ name: 'one', count: 1 });
  await writeFile(join(folder, 'deep', 'values', 'cut.json'), '{"name":"tw');
  await expect(values.readAll()).rejects.toMatchObject({ code: 'supervisor_labels' });
});
