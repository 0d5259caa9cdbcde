import { resolve, sep } from 'node:path';
import { ClawholdError } from '@clawhold/spec';

/** The platform's own state: an agent that could read it would hold the token and every key. */
export interface ForbiddenFolders {
  readonly home: string;
  /** Folders in it that are people's. */
  readonly except: readonly string[];
}

/**
 * @param folder absolute, as the person gave it; the command-line client resolves links before.
 * @throws ClawholdError `input_folder_forbidden` when it holds the platform's state, or lies in it.
 */
export function assertTaskFolder(folder: string, { home, except }: ForbiddenFolders): void {
  const wanted = resolve(folder);
  const isInside = contains(home, wanted) && !except.some((free) => contains(free, wanted));
  if (!isInside && !contains(wanted, home)) return;
  throw new ClawholdError('input_folder_forbidden', `${wanted} holds the state of Clawhold itself.`, {
    hint: 'Choose a folder that has only what the agent should work on.',
  });
}

function contains(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}
