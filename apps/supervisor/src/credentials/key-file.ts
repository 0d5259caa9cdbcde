import { randomBytes, randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ClawholdError } from '@clawhold/spec';

const keyBytes = 32;

/**
 * Reads the key-encryption key of the store, made at the first start: 0600, whole or not there at all.
 *
 * @throws ClawholdError `supervisor_credential_key` when it cannot be read or made.
 */
export async function readOrCreateKey(path: string): Promise<Buffer> {
  try {
    const found = await readIfThere(path);
    if (found === undefined) await make(path);
    const key = found ?? (await readFile(path));
    if (key.length !== keyBytes) throw new Error(`${key.length} bytes instead of ${keyBytes}`);
    return key;
  } catch (cause) {
    throw new ClawholdError('supervisor_credential_key', `The key file ${path} is damaged or cannot be read.`, {
      cause,
      hint: 'Restore it from a backup, or remove its folder and add the credentials again.',
    });
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function make(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await using file = await open(aside, 'wx', 0o600);
    await file.writeFile(randomBytes(keyBytes));
    await file.sync();
    await link(aside, path);
    await using folder = await open(dirname(path));
    await folder.sync();
  } finally {
    await rm(aside, { force: true });
  }
}
