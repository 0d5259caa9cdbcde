import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ClawholdError, type ToolPin, toolPinSchema } from '@clawhold/spec';
import { z } from 'zod';
import { syncFolder, writeWhole } from '../disk/write-whole.ts';

/** The tools of one endpoint by their names. */
export type Tools = ReadonlyMap<string, ToolPin>;

const fileSchema = z.object({ endpoint: z.string(), tools: z.array(z.tuple([z.string(), toolPinSchema])) });

/** The pins of an installation on disk, one file for each endpoint. */
export interface PinFolder {
  /** @throws ClawholdError `supervisor_tool_pins` when a file cannot be read: nobody could say what was pinned. */
  readAll(): Promise<ReadonlyMap<string, Tools>>;
  /** Without tools there is no file. */
  write(endpoint: string, tools: Tools): Promise<void>;
}

/** @param folder made when it is not there, 0700. */
export async function openPinFolder(folder: string): Promise<PinFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    async readAll() {
      const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
      const read = await Promise.all(files.map((name) => readTools(join(folder, name))));
      return new Map(read);
    },
    async write(endpoint, tools) {
      const path = join(folder, `${createHash('sha256').update(endpoint).digest('hex')}.json`);
      if (tools.size > 0) return writeWhole(path, JSON.stringify({ endpoint, tools: [...tools] }));
      await rm(path, { force: true });
      return syncFolder(folder);
    },
  };
}

async function readTools(path: string): Promise<readonly [string, Tools]> {
  try {
    const { endpoint, tools } = fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return [endpoint, new Map(tools)];
  } catch (cause) {
    throw new ClawholdError('supervisor_tool_pins', `${path} cannot be read, so nobody knows what was pinned.`, {
      hint: 'Bring it back from a backup, or remove it: then the next descriptions of its endpoint are pinned anew.',
      cause,
    });
  }
}
