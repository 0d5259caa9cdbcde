import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './places.mjs';
import { Stop } from './stop.mjs';

/**
 * Refuses a checkout that nobody but root may read, such as a clone that was made with the umask 077: started by root, the
 * processes run in accounts of their own. Folders above it may be closed. Two files stand for all, git's and npm's.
 */
export function ensureOpenToOthers() {
  if (process.getuid?.() !== 0) return;
  const files = ['package.json', 'node_modules/.package-lock.json'].map((name) => join(root, name));
  const closed =
    (statSync(root).mode & 0o005) === 0o005
      ? files.find((file) => existsSync(file) && (statSync(file).mode & 0o004) === 0)
      : root;
  if (closed === undefined) return;
  throw new Stop(
    `only root can read ${closed}, and started by root Clawhold's processes run in accounts of their own. Open the checkout to them and try again: chmod -R go+rX ${root}`,
  );
}
