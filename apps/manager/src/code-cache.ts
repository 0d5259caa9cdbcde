import { lstatSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './accounts.ts';

/** Where `npm start` lets Node keep our code, types stripped and compiled; see scripts/bootstrap/code-cache.mjs. */
function folderOf(app: string): string {
  return join(app, 'node_modules', '.cache', 'clawhold', 'code');
}

/**
 * The variables with which Node 24 runs the code that is kept: half the time, and a third less memory. Nothing when the
 * folder is missing or when anybody but root and the owner of the code could have written there, because Node executes
 * what it finds.
 *
 * @param seenAt where the process will see `app`. Default: at the same place
 */
export function codeCacheVariables(app: string, seenAt: string = app): Record<string, string> {
  if (!isTrusted(app)) return {};
  return { NODE_COMPILE_CACHE: folderOf(seenAt), NODE_COMPILE_CACHE_PORTABLE: '1' };
}

/**
 * Node keeps the code of each user id apart. Our accounts, which can write nowhere in there, read what the owner of the
 * code had compiled. Where no link can be made they do without.
 */
export function shareCodeCache(app: string, accounts: readonly Account[]): void {
  if (!isTrusted(app)) return;
  const folder = folderOf(app);
  const suffix = `-${lstatSync(folder).uid}`;
  const kept = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const own = kept.map(({ name }) => name).filter((name) => name.endsWith(suffix));
  for (const name of own) for (const { uid } of accounts) link(folder, name, `${name.slice(0, -suffix.length)}-${uid}`);
}

function link(folder: string, target: string, name: string): void {
  try {
    symlinkSync(target, join(folder, name));
  } catch {
    // It is there from an earlier start, or the checkout cannot be written.
  }
}

function isTrusted(app: string): boolean {
  const folder = folderOf(app);
  const owners = new Set([0, lstatSync(app).uid]);
  const isClosed = (path: string): boolean => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found?.isDirectory() === true && owners.has(found.uid) && (found.mode & 0o022) === 0;
  };
  if (!isClosed(folder)) return false;
  const kept = readdirSync(folder, { withFileTypes: true });
  return kept.every((entry) => entry.isSymbolicLink() || isClosed(join(folder, entry.name)));
}
