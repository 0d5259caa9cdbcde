import { randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
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
  const aside = `${path}.${process.pid}`;
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(bytes));
    await file.sync();
  } finally {
    await file.close();
  }
  // link fails when another process was first; then its key is the key.
  await link(aside, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw unreadable(path, error);
  });
  await rm(aside);
  return readFile(path);
}

function unreadable(path: string, cause?: unknown): ClawholdError {
  return new ClawholdError('gateway_key_unreadable', `The key file ${path} is damaged or cannot be read.`, {
    cause,
    hint: 'Restore it from a backup: without it the stored content cannot be opened.',
  });
}
