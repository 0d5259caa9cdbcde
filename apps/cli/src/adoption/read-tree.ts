import { constants, type Dirent, type Stats } from 'node:fs';
import { type FileHandle, open, opendir } from 'node:fs/promises';
import { ClawholdError } from '@clawhold/spec/error';

/** A folder that is open: what is read below it is below it, whoever renames or links what meanwhile. */
export interface OpenFolder extends AsyncDisposable {
  readonly handle: FileHandle;
  /** Files of other accounts and of other file systems are not read. */
  readonly uid: number;
  readonly device: number;
}

/** A regular file of its owner's, read whole. */
export interface TreeFile {
  /** From the folder on. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly isExecutable: boolean;
  /** Accounts of others may read it. */
  readonly isOpen: boolean;
}

/** What was not read, and why, as the end of a sentence. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
}

export interface TreeBounds {
  /** Files and folders. */
  readonly entries: number;
  /** Of all files together. */
  readonly bytes: number;
  readonly fileBytes: number;
}

interface Reading {
  readonly bounds: TreeBounds;
  /** Why a path is not wanted; undefined when it is. */
  readonly skip: (path: string, isFolder: boolean) => string | undefined;
  readonly take: (file: TreeFile) => Promise<void> | void;
  readonly leave: (left: LeftOut) => void;
}

const mostLevels = 24;
const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
// A pipe that nobody writes to is opened at once, and then seen to be none of ours.
const fileFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens a folder. @param path no part of it is followed but what the person named. */
export async function openFolder(path: string): Promise<OpenFolder> {
  const handle = await open(path, folderFlags);
  const { uid, dev } = await handle.stat();
  return { handle, uid, device: dev, [Symbol.asyncDispose]: () => handle.close() };
}

/** Opens a folder below one; undefined when it is not there, or is no folder of the same owner and file system. */
async function openBelow(folder: OpenFolder, name: string): Promise<OpenFolder | undefined> {
  const handle = await open(below(folder, name), folderFlags).catch(() => undefined);
  if (handle === undefined) return undefined;
  const { uid, dev } = await handle.stat();
  if (uid === folder.uid && dev === folder.device)
    return { handle, uid, device: dev, [Symbol.asyncDispose]: () => handle.close() };
  await handle.close();
  return undefined;
}

/** Works in a folder that lies so deep below one; undefined where it is not there, as {@link openBelow} says. */
export async function within<Result>(
  folder: OpenFolder,
  names: readonly string[],
  work: (inside: OpenFolder) => Promise<Result>,
): Promise<Result | undefined> {
  const [name, ...rest] = names;
  if (name === undefined) return work(folder);
  const inside = await openBelow(folder, name);
  if (inside === undefined) return undefined;
  return within(inside, rest, work).finally(() => inside.handle.close());
}

/** Reads one file of a folder; a sentence's end when it cannot be, undefined when it is not there. */
export async function readFileOf(
  folder: OpenFolder,
  name: string,
  mostBytes: number,
): Promise<TreeFile | string | undefined> {
  const handle = await open(below(folder, name), fileFlags).catch((error: NodeJS.ErrnoException) => error);
  if (handle instanceof Error) {
    if (handle.code === 'ENOENT') return undefined;
    return handle.code === 'ELOOP' ? 'it is a symbolic link' : `it cannot be opened (${handle.code})`;
  }
  try {
    const found = await handle.stat();
    const why = unfit(found, folder, mostBytes);
    if (why !== undefined) return why;
    const bytes = Buffer.alloc(found.size);
    const { bytesRead } = await handle.read(bytes, 0, found.size, 0);
    const isExecutable = (found.mode & 0o100) !== 0;
    return { path: name, bytes: bytes.subarray(0, bytesRead), isExecutable, isOpen: (found.mode & 0o044) !== 0 };
  } finally {
    await handle.close();
  }
}

/**
 * Reads every file below a folder. Nothing is followed: no link, no other file system, no file of another account, none
 * that has a second name elsewhere.
 *
 * @throws ClawholdError `input_adopt_too_large` when there is more than the bounds allow.
 */
export async function readTree(folder: OpenFolder, reading: Reading): Promise<void> {
  const used = { entries: 0, bytes: 0 };
  await readBelow(folder, '', 0, used, reading);
}

async function readBelow(
  folder: OpenFolder,
  prefix: string,
  level: number,
  used: { entries: number; bytes: number },
  reading: Reading,
): Promise<void> {
  const { bounds, skip, take, leave } = reading;
  for (const { name, isFolder } of await namesIn(folder, bounds.entries - used.entries)) {
    used.entries++;
    const path = prefix + name;
    const isOrdinary = !/[\p{Cc}\ufffd]/u.test(name);
    const unwanted = isOrdinary ? skip(path, isFolder) : 'its name has characters that no name should have';
    if (unwanted !== undefined) {
      leave({ path, why: unwanted });
    } else if (isFolder) {
      const inside = level < mostLevels ? await openBelow(folder, name) : undefined;
      if (inside === undefined) leave({ path, why: 'it is no folder of the same owner, or lies too deep' });
      else await readBelow(inside, `${path}/`, level + 1, used, reading).finally(() => inside.handle.close());
    } else {
      const file = await readFileOf(folder, name, bounds.fileBytes);
      if (file === undefined) continue;
      if (typeof file === 'string') {
        leave({ path, why: file });
        continue;
      }
      used.bytes += file.bytes.length;
      if (used.bytes > bounds.bytes) throw tooLarge(`${bounds.bytes / 2 ** 20} MiB`);
      await take({ ...file, path });
    }
  }
}

async function namesIn(folder: OpenFolder, most: number): Promise<readonly { name: string; isFolder: boolean }[]> {
  const names: { name: string; isFolder: boolean }[] = [];
  const opened: AsyncIterable<Dirent> = await opendir(`/proc/self/fd/${folder.handle.fd}`);
  for await (const entry of opened) {
    if (names.length >= most) throw tooLarge('20,000 files');
    names.push({ name: entry.name, isFolder: entry.isDirectory() });
  }
  return names.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function unfit(found: Stats, folder: OpenFolder, mostBytes: number): string | undefined {
  if (!found.isFile()) return 'it is no regular file';
  if (found.uid !== folder.uid) return 'it belongs to another account';
  if (found.nlink > 1) return 'it has a second name somewhere';
  if (found.size > mostBytes) return `it is larger than ${mostBytes / 2 ** 20} MiB`;
  return undefined;
}

const below = (folder: OpenFolder, name: string): string => `/proc/self/fd/${folder.handle.fd}/${name}`;

function tooLarge(what: string): ClawholdError {
  return new ClawholdError('input_adopt_too_large', `There is more than ${what} to take over.`, {
    hint: 'Move what is no memory of the agent out of its workspace, then adopt it again.',
  });
}
