import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** As an adoption bounds one. */
const mostFiles = 256;
const mostFileBytes = 2 ** 20;

/** A file of a skill, read once: what is shown, what is released and what a run gets are these bytes. */
export interface SkillFile {
  /** From the folder of the skill on. */
  readonly path: string;
  readonly isProgram: boolean;
  readonly bytes: Buffer;
}

/** Reads a skill. What is no file, or too large, is not of it. Undefined when there is no such folder. */
export async function readSkillFiles(folder: string): Promise<readonly SkillFile[] | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return undefined;
  const files: SkillFile[] = [];
  const paths = entries.flatMap((one) => (one.isFile() ? [join(one.parentPath, one.name)] : []));
  for (const path of paths.toSorted().slice(0, mostFiles)) {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const { mode, size } = await file.stat();
    if (size > mostFileBytes) continue;
    files.push({ path: path.slice(folder.length + 1), isProgram: (mode & 0o100) !== 0, bytes: await file.readFile() });
  }
  return files;
}

export function digestOf(files: readonly SkillFile[]): string {
  const told = files.map(({ path, isProgram, bytes }) => [path, isProgram, sha256(bytes)]);
  return sha256(JSON.stringify(told));
}

/** Writes it where a sandbox may read it. */
export async function writeSkillFiles(folder: string, files: readonly SkillFile[]): Promise<void> {
  for (const { path, isProgram, bytes } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o755 });
    await writeFile(join(folder, path), bytes, { mode: isProgram ? 0o755 : 0o644, flag: 'wx' });
  }
}

function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
