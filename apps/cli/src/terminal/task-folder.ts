import { realpathSync, statSync } from 'node:fs';
import { ClawholdError } from '@clawhold/spec';

/** The real path of the task folder. @throws ClawholdError `input_no_such_folder`. */
export function taskFolder(path: string): string {
  try {
    const real = realpathSync(path);
    if (statSync(real).isDirectory()) return real;
    throw noFolder(path, 'is not a folder');
  } catch (error) {
    if (error instanceof ClawholdError) throw error;
    throw noFolder(path, 'is not there, or this account may not look at it');
  }
}

function noFolder(path: string, why: string): ClawholdError {
  return new ClawholdError('input_no_such_folder', `The folder "${path}" ${why}.`, {
    hint: 'Name the folder that the agent should work on with --dir.',
  });
}
