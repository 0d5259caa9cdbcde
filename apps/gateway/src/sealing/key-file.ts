import { randomBytes, randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ClawholdError } from '@clawhold/spec';

/**
 * Reads a secret of `bytes` random bytes from a 0600 file, making it at the first start. The file appears whole or not
 * at all: it is written aside, synced and linked into place.
 *
 * @throws ClawholdError `gateway_key_unreadable` when the file has another length or cannot be read.
 */
export async function readOrCreateKeyFile(path: string, bytes: number): Promise<Buffer> {
  const found = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  });
  if (found !== undefined) {
    if (found.length !== bytes) throw unreadable(path);
    return found;
  }
  await makeKeyFile(path, bytes);
  return readOrCreateKeyFile(path, bytes);
}

async function makeKeyFile(path: string, bytes: number): Promise<void> {
  // A name of its own: what a process of the same id left behind when it was killed is in nobody's way.
  const aside = `${path}.${randomUUID()}`;
  try {
    await using file = await open(aside, 'wx', 0o600);
    await file.writeFile(randomBytes(bytes));
    await file.sync();
    // link fails when another process was first; then its key is the key.
    await link(aside, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await using folder = await open(dirname(path));
    await folder.sync();
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    await rm(aside, { force: true });
  }
}

function unreadable(path: string, cause?: unknown): ClawholdError {
  return new ClawholdError('gateway_key_unreadable', `The key file ${path} is damaged or cannot be read.`, {
    cause,
    hint: 'Restore it from a backup: without it the stored content cannot be opened.',
  });
}
