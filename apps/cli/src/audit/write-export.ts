import { open, rm } from 'node:fs/promises';
import { ClawholdError } from '@clawhold/spec';

/**
 * Writes an export to a new file that only its owner can read. It is there whole or not at all.
 *
 * @returns how many bytes it has.
 * @throws ClawholdError `input_file_exists`, `host_file_not_written`.
 */
export async function writeExport(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST')
      throw new ClawholdError('input_file_exists', `There is a file ${path} already.`, { hint: 'Give another name.' });
    throw notWritten(path, cause);
  });
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      await file.writeFile(chunk).catch((cause: unknown) => {
        throw notWritten(path, cause);
      });
      bytes += chunk.length;
    }
    await file.sync();
    return bytes;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

function notWritten(path: string, cause: unknown): ClawholdError {
  const full = Reflect.get(Object(cause), 'code') === 'ENOSPC' ? ': the disk is full' : '';
  return new ClawholdError('host_file_not_written', `The file ${path} cannot be written${full}.`, {
    cause,
    hint: 'Give a place with enough space where you may write.',
  });
}
