import { chmod, chown, lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ClawholdError } from '@clawhold/spec';
import type { Account } from './account.ts';

/** The kernel's limit for the path of a Unix socket, in bytes, without the closing zero (`sun_path`, unix(7)). */
const longestSocketPath = 107;

const socketName = '.s.PGSQL.5432';

/**
 * Makes the folder of the socket, or checks the one that is there: a real folder, the account's own, closed to
 * everyone but the group that may connect. Whoever can pass this folder can try a password; nobody else can.
 *
 * @param group the group that may connect besides the account itself.
 * @throws ClawholdError `database_socket_path` when the path is too long; `database_socket_folder` when something else
 *   stands at that place.
 */
export async function prepareSocketFolder(folder: string, account: Account, group: number | undefined): Promise<void> {
  if (Buffer.byteLength(join(folder, socketName)) > longestSocketPath)
    throw new ClawholdError('database_socket_path', `The path ${folder} is too long for a Unix socket.`, {
      hint: 'Choose a runtime folder with a shorter path, for example with XDG_RUNTIME_DIR.',
    });
  const made = await mkdir(folder, { mode: 0o700 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  const found = await lstat(folder);
  const mine = found.uid === account.uid || (made && found.uid === process.getuid?.());
  if (!found.isDirectory() || !mine || (found.mode & 0o027) !== 0)
    throw new ClawholdError('database_socket_folder', `${folder} is not a private folder of the database.`, {
      hint: 'Look at what it is, remove it, and start again.',
    });
  if (process.getuid?.() === 0) await chown(folder, account.uid, group ?? account.gid);
  await chmod(folder, group === undefined ? 0o700 : 0o710);
}

/** Removes the socket and its lock, which survive a SIGKILL. Only after its postmaster is known to be gone. */
export async function clearSockets(folder: string): Promise<void> {
  await Promise.all([socketName, `${socketName}.lock`].map((name) => rm(join(folder, name), { force: true })));
}
