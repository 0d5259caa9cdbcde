import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openEnvelope, sealEnvelope } from '@clawhold/sealing';
import { syncFolder, writeWhole } from '../disk/write-whole.ts';
import { foreignKey, openCredentialKey } from './credential-key.ts';

/** Named secrets, each in a sealed file that is whole or not there. */
export interface SealedFolder {
  /**
   * Everything that can be opened; what cannot is told to `onDamaged` and left out.
   *
   * @throws ClawholdError `supervisor_credential_key` when a key that was given opens nothing.
   */
  readAll(onDamaged: (name: string, error: unknown) => void): Promise<ReadonlyMap<string, Buffer>>;
  write(name: string, content: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
}

const suffix = '.sealed';

/**
 * @param folder made when it is not there, 0700; holds the key, 0600, beside what it seals.
 * @param givenKey base64, for a key that is kept elsewhere.
 * @throws ClawholdError `supervisor_credential_key`.
 */
export async function openSealedFolder(folder: string, givenKey: string | undefined): Promise<SealedFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const key = await openCredentialKey(folder, givenKey, suffix);
  const pathOf = (name: string): string => join(folder, name + suffix);

  return {
    async readAll(onDamaged) {
      const found = new Map<string, Buffer>();
      const files = (await readdir(folder)).filter((one) => one.endsWith(suffix)).toSorted();
      for (const file of files) {
        const name = file.slice(0, -suffix.length);
        try {
          found.set(name, openEnvelope(key, name, await readFile(pathOf(name))));
        } catch (error) {
          onDamaged(name, error);
        }
      }
      if (givenKey !== undefined && files.length > 0 && found.size === 0) throw foreignKey(folder);
      return found;
    },

    write: (name, content) => writeWhole(pathOf(name), sealEnvelope(key, name, content)),

    async remove(name) {
      await rm(pathOf(name), { force: true });
      await syncFolder(folder);
    },
  };
}
