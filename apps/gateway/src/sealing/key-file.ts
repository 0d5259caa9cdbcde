import { readOrCreateKeyFile } from '@clawhold/sealing';
import { ClawholdError } from '@clawhold/spec';

/**
 * Reads a secret of `bytes` random bytes from a 0600 file, making it at the first start.
 *
 * @throws ClawholdError `gateway_key_unreadable` when the file has another length or cannot be read.
 */
export async function openKeyFile(path: string, bytes: number): Promise<Buffer> {
  try {
    return await readOrCreateKeyFile(path, bytes);
  } catch (cause) {
    throw new ClawholdError('gateway_key_unreadable', `The key file ${path} is damaged or cannot be read.`, {
      cause,
      hint: 'Restore it from a backup: without it the stored content cannot be opened.',
    });
  }
}
