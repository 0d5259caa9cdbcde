import { type BigIntStats, constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readlink, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** What a copy came to. */
export interface CopiedTree {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Copies a folder that nothing changes meanwhile, as it is: modes and times too, links as links, and what is neither file,
 * folder nor link not at all. Where the disk can share blocks, they are shared.
 *
 * @param to a folder that is not there yet.
 */
export async function copyTree(from: string, to: string): Promise<CopiedTree> {
  const found = await lstat(from, { bigint: true });
  const copied = { files: 0, bytes: 0 };
  await copyFolder(from, to, found, copied);
  return copied;
}

async function copyFolder(
  from: string,
  to: string,
  found: BigIntStats,
  copied: { files: number; bytes: number },
): Promise<void> {
  await mkdir(to, { mode: 0o700 });
  await readable(from, found, 0o700, async () => {
    for (const name of await readdir(from)) {
      const [source, target] = [join(from, name), join(to, name)];
      const entry = await lstat(source, { bigint: true });
      if (entry.isDirectory()) await copyFolder(source, target, entry, copied);
      else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
      else if (entry.isFile()) {
        await readable(source, entry, 0o400, () => copyFile(source, target, constants.COPYFILE_FICLONE));
        await settle(target, entry);
        copied.files++;
        copied.bytes += Number(entry.size);
      }
    }
  });
  await settle(to, found);
}

async function settle(path: string, { mode, mtimeMs, atimeMs }: BigIntStats): Promise<void> {
  await utimes(path, Number(atimeMs) / 1_000, Number(mtimeMs) / 1_000);
  await chmod(path, Number(mode) & 0o777);
}

/** An agent can have taken the permission from its own files; they are ours. */
async function readable(path: string, { mode }: BigIntStats, need: number, work: () => Promise<void>): Promise<void> {
  const own = Number(mode) & 0o777;
  if ((own & need) === need) return work();
  await chmod(path, own | need);
  await work().finally(() => chmod(path, own));
}
