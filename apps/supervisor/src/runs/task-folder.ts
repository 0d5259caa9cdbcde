import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ClawholdError, specialFileSystem } from '@clawhold/spec';

/**
 * The gateway refuses such a folder to people; this is for whoever got past it.
 *
 * @throws ClawholdError `input_folder_forbidden` when the folder shows the kernel instead of keeping files.
 */
export async function assertKeepsFiles(folder: string): Promise<void> {
  const kernel = specialFileSystem(resolve(folder), await readFile('/proc/self/mountinfo', 'utf8'));
  if (kernel === undefined) return;
  throw new ClawholdError('input_folder_forbidden', `${folder} shows the kernel (${kernel}) and keeps no files.`, {
    hint: 'Choose a folder that has only what the agent should work on.',
  });
}
