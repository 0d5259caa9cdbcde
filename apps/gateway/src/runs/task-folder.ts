import { readFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { ClawholdError, specialFileSystem } from '@clawhold/spec';

/** The platform's own state: an agent that could read it would hold the token and every key. */
export interface ForbiddenFolders {
  readonly home: string;
  /** Folders in it that are people's. */
  readonly except: readonly string[];
}

/**
 * @param folder absolute, as the person gave it; the command-line client resolves links before.
 * @throws ClawholdError `input_folder_forbidden` when it holds the platform's state, or lies in it, or shows the kernel
 *   instead of keeping files.
 */
export function assertTaskFolder(folder: string, { home, except }: ForbiddenFolders): void {
  const wanted = resolve(folder);
  const kernel = specialFileSystem(wanted, readFileSync('/proc/self/mountinfo', 'utf8'));
  if (kernel !== undefined)
    throw forbidden(`${wanted} is no place for a task: it shows the kernel (${kernel}) and keeps no files.`);
  const isInside = contains(home, wanted) && !except.some((free) => contains(free, wanted));
  if (!isInside && !contains(wanted, home)) return;
  throw forbidden(`${wanted} holds the state of Clawhold itself.`);
}

function forbidden(sentence: string): ClawholdError {
  const hint = 'Choose a folder that has only what the agent should work on.';
  return new ClawholdError('input_folder_forbidden', sentence, { hint });
}

function contains(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}
