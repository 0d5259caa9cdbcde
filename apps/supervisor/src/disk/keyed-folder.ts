import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClawholdError } from '@clawhold/spec';
import type { z } from 'zod';
import { syncFolder, writeWhole } from './write-whole.ts';

/** Values in JSON files of a folder. A value holds its key; its file is named after the key's SHA-256. */
export interface KeyedFolder<Value> {
  /** @throws the folder's own error when a file cannot be read: leaving it out would forget what it says. */
  readAll(): Promise<readonly Value[]>;
  /** In place of the value with the same key. Settles when it survives a crash. */
  write(value: Value): Promise<void>;
  /** Settles when it survives a crash; nothing happens when there is none. */
  remove(key: string): Promise<void>;
}

export interface KeyedFolderParts<Value> {
  /** Made when it is not there, 0700. */
  readonly folder: string;
  readonly schema: z.ZodType<Value>;
  readonly keyOf: (value: Value) => string;
  readonly unreadable: (path: string, cause: unknown) => ClawholdError;
}

export async function openKeyedFolder<Value>(parts: KeyedFolderParts<Value>): Promise<KeyedFolder<Value>> {
  const { folder, schema, keyOf, unreadable } = parts;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pathOf = (key: string): string => join(folder, `${createHash('sha256').update(key).digest('hex')}.json`);

  async function read(path: string): Promise<Value> {
    try {
      return schema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }

  return {
    async readAll() {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
      return Promise.all(names.map((name) => read(join(folder, name))));
    },
    write: (value) => writeWhole(pathOf(keyOf(value)), JSON.stringify(value)),
    async remove(key) {
      await rm(pathOf(key), { force: true });
      await syncFolder(folder);
    },
  };
}
