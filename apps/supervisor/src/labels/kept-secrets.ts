import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClawholdError, id, type RunId, type SecretFile } from '@clawhold/spec';
import { z } from 'zod';
import { writeWhole } from '../disk/write-whole.ts';

/** Files that runs wrote with secret data in them and a person kept, by path relative to their task folder. */
export interface KeptSecrets {
  has(folder: string, path: string): boolean;
  any(folder: string): boolean;
  /** Settles when it survives a crash. */
  add(folder: string, run: RunId, paths: readonly string[]): Promise<void>;
  list(): readonly SecretFile[];
  /** @throws ClawholdError `state_no_such_label`. */
  lower(folder: string, path: string): Promise<SecretFile>;
}

const keptSchema = z.object({ run: id('run'), since: z.iso.datetime() });
const fileSchema = z.object({ folder: z.string(), files: z.record(z.string(), keptSchema) });

type Kept = z.infer<typeof keptSchema>;

/**
 * @param root made when it is not there, 0700; one file in it for each task folder.
 * @param now milliseconds since 1970.
 * @throws ClawholdError `supervisor_labels` when a file cannot be read: nobody could say what was secret.
 */
export async function openKeptSecrets(root: string, now: () => number): Promise<KeptSecrets> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const names = (await readdir(root)).filter((name) => name.endsWith('.json'));
  const folders = new Map(await Promise.all(names.map((name) => read(join(root, name)))));
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: two keeps that came together would else not see each other. */
  function change(folder: string, make: (files: Map<string, Kept>) => void): Promise<void> {
    const changed = turn.then(() => write(folder, make));
    turn = changed.catch(() => undefined);
    return changed;
  }

  async function write(folder: string, make: (files: Map<string, Kept>) => void): Promise<void> {
    const files = new Map(folders.get(folder));
    make(files);
    const name = createHash('sha256').update(folder).digest('hex');
    await writeWhole(join(root, `${name}.json`), JSON.stringify({ folder, files: Object.fromEntries(files) }));
    folders.set(folder, files);
  }

  return {
    has: (folder, path) => folders.get(folder)?.has(path) === true,
    any: (folder) => (folders.get(folder)?.size ?? 0) > 0,
    add(folder, run, paths) {
      const since = new Date(now()).toISOString();
      return change(folder, (files) => {
        for (const path of paths) if (!files.has(path)) files.set(path, { run, since });
      });
    },
    list: () =>
      [...folders].flatMap(([folder, files]) => [...files].map(([path, kept]) => ({ folder, path, ...kept }))),
    async lower(folder, path) {
      const known = folders.get(folder)?.get(path);
      if (known === undefined)
        throw new ClawholdError('state_no_such_label', `"${path}" in ${folder} is not known to be secret.`, {
          hint: 'List the files with: npx clawhold policy labels',
          status: 404,
        });
      await change(folder, (files) => void files.delete(path));
      return { folder, path, ...known };
    },
  };
}

async function read(path: string): Promise<readonly [string, ReadonlyMap<string, Kept>]> {
  try {
    const { folder, files } = fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return [folder, new Map(Object.entries(files))];
  } catch (cause) {
    throw new ClawholdError('supervisor_labels', `${path} cannot be read, so nobody knows which files are secret.`, {
      hint: 'Bring it back from a backup, or remove it: then no file of its folder is secret but those of the policy.',
      cause,
    });
  }
}
