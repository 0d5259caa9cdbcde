import { accessSync, constants } from 'node:fs';
import { homedir, userInfo } from 'node:os';

/** What every sandbox has of its own, so that no policy can list it. */
const ownFolders = /^\/(?:tmp|var\/tmp|run|var\/run|dev|proc|sys)(?:\/|$)/;

/**
 * A folder of the machine that a policy can list and in which this process may write: for an ordinary user the home, by
 * the system's list of accounts first, because `HOME` may lead to a folder for one run of the tests. Undefined for an
 * account without such a home; what needs one is skipped then.
 */
export function machineFolder(): string | undefined {
  if (process.getuid?.() === 0) return '/var/lib';
  return [userInfo().homedir, homedir()].find((folder) => !ownFolders.test(folder) && mayWrite(folder));
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
