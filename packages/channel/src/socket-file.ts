import { once } from 'node:events';
import { lstat, rm } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { ClawholdError } from '@clawhold/spec';

/**
 * Listens on a Unix socket that only its folder's owner, or the folder's group, can reach.
 *
 * The folder is the gate: 0700, or 0710 when peers have accounts of their own. A socket takes the primary group of the
 * process that binds it, so its own bits could not name the group of the folder; within 0710 it is open to whoever
 * passed the gate.
 *
 * @throws ClawholdError `channel_folder` when others may enter the folder or change it; `channel_in_use` when somebody
 *   listens there already or something else than a socket stands there.
 */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  const closed = await checkFolder(dirname(path));
  await removeStale(path);
  // The socket is bound before listen() returns, so the mask is never seen by other code.
  const mask = process.umask(closed ? 0o177 : 0o111);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
  await once(server, 'listening'); // rejects on 'error'
}

/** Whether nobody but the owner may enter. */
async function checkFolder(folder: string): Promise<boolean> {
  const found = await lstat(folder);
  const trusted = found.uid === process.getuid?.() || found.uid === 0;
  if (found.isDirectory() && trusted && (found.mode & 0o027) === 0) return (found.mode & 0o070) === 0;
  throw new ClawholdError('channel_folder', `${folder} is not a private folder.`, {
    hint: `Make it yours and close it: chmod 700 ${folder}`,
  });
}

/** A socket file outlives a SIGKILL of its owner. It is stale when nobody accepts. */
async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket() || (await accepts(path)))
    throw new ClawholdError('channel_in_use', `${path} is in use.`, {
      hint: 'Another Clawhold may be running: "clawhold status" says so, "clawhold down" stops it.',
    });
  await rm(path, { force: true });
}

async function accepts(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
