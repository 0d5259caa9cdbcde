import { randomBytes, randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Reads a secret of `bytes` random bytes from a 0600 file, making it at the first start.
 *
 * @throws Error when it cannot be read or made, or has another length: it is never replaced.
 */
export async function readOrCreateKeyFile(path: string, bytes: number): Promise<Buffer> {
  const found = await readIfThere(path);
  if (found === undefined) {
    await placeFile(path, randomBytes(bytes));
    return readOrCreateKeyFile(path, bytes);
  }
  if (found.length !== bytes) throw new Error(`${path} has ${found.length} bytes instead of ${bytes}`);
  return found;
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Makes a 0600 file that appears whole, or not at all, and lasts: it is written aside, synced and linked into place. When
 * somebody else was first, theirs stays.
 */
export async function placeFile(path: string, content: string | Uint8Array): Promise<void> {
  // A name of its own: what a process of the same id left behind when it was killed is in nobody's way.
  const aside = `${path}.${randomUUID()}`;
  try {
    await using file = await open(aside, 'wx', 0o600);
    await file.writeFile(content);
    await file.sync();
    await link(aside, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await using folder = await open(dirname(path));
    await folder.sync();
  } finally {
    await rm(aside, { force: true });
  }
}
