import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes a file, 0600, that is there as a whole or as it was before; settles when it survives a crash. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const aside = join(dirname(path), randomUUID());
  try {
    await using file = await open(aside, 'wx', 0o600);
    await file.writeFile(content);
    await file.sync();
    await rename(aside, path);
    await syncFolder(dirname(path));
  } finally {
    await rm(aside, { force: true });
  }
}

export async function syncFolder(folder: string): Promise<void> {
  await using opened = await open(folder);
  await opened.sync();
}
