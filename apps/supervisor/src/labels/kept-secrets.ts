import { ClawholdError, id, type RunId, type SecretFile } from '@clawhold/spec';
import { z } from 'zod';
import { openKeyedFolder } from '../disk/keyed-folder.ts';
import { inTurn } from '../order/in-turn.ts';

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
  const kept = await openKeyedFolder({ folder: root, schema: fileSchema, keyOf: ({ folder }) => folder, unreadable });
  const folders = new Map(
    (await kept.readAll()).map(({ folder, files }): [string, ReadonlyMap<string, Kept>] => [
      folder,
      new Map(Object.entries(files)),
    ]),
  );
  // Two keeps that came together would else not see each other.
  const turn = inTurn();

  const change = (folder: string, make: (files: Map<string, Kept>) => void): Promise<void> =>
    turn(async () => {
      const files = new Map(folders.get(folder));
      make(files);
      await kept.write({ folder, files: Object.fromEntries(files) });
      folders.set(folder, files);
    });

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
      [...folders].flatMap(([folder, files]) => [...files].map(([path, secret]) => ({ folder, path, ...secret }))),
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

function unreadable(path: string, cause: unknown): ClawholdError {
  return new ClawholdError('supervisor_labels', `${path} cannot be read, so nobody knows which files are secret.`, {
    hint: 'Bring it back from a backup, or remove it: then no file of its folder is secret but those of the policy.',
    cause,
  });
}
