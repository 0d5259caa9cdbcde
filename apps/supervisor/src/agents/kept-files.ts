import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findPlaceholders } from '@clawhold/egress';
import type { Memory } from '@clawhold/harness';
import { limits } from '@clawhold/spec';
import { type KeptFile, type KeptFiles, tooMuch } from './memory-archive.ts';

/** Where in its state an agent that works whole in the sandbox of a run has its memory. */
export const memoryPart = 'home';

/**
 * What an agent kept, from our own folder; links are passed by, whoever made them.
 *
 * @throws ClawholdError `state_agent_memory`.
 */
export async function readKeptFiles(folder: string): Promise<KeptFiles> {
  const files = new Map<string, KeptFile>();
  let bytes = 0;
  async function walk(below: string): Promise<void> {
    const entries = await readdir(join(folder, below), { withFileTypes: true });
    for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
      const path = join(below, entry.name);
      if (entry.isDirectory()) await walk(path);
      if (!entry.isFile()) continue;
      await using file = await open(join(folder, path), constants.O_RDONLY | constants.O_NOFOLLOW);
      const { size, mtimeMs } = await file.stat();
      bytes += size;
      if (bytes > limits.agentMemoryBytes || files.size >= limits.agentMemoryFiles) throw tooMuch();
      files.set(path, { bytes: await file.readFile(), written: Math.floor(mtimeMs / 1_000) });
    }
  }
  await walk('');
  return files;
}

/** What of a run's files is kept: those that the harness names, without what stood for credentials of this run alone. */
export function keptOf(files: KeptFiles, { kept }: Memory, canary: string): KeptFiles {
  return new Map(
    [...files]
      .filter(([path]) => kept.test(path))
      .map(([path, file]) => [path, { ...file, bytes: withoutRunsOwn(file.bytes, canary) }]),
  );
}

/** What is in one and not, or not as it is, in the other. */
export function differenceOf(before: KeptFiles, after: KeptFiles) {
  const gone = [...before.keys()].filter((path) => !after.has(path));
  const fresh = new Map([...after].filter(([path, { bytes }]) => before.get(path)?.bytes.equals(bytes) !== true));
  return { gone, fresh };
}

/**
 * A placeholder stands for nothing in the next run, and a request with an old one would be refused there. As many letters come in
 * its place, so that a database stays one.
 */
function withoutRunsOwn(bytes: Buffer, canary: string): Buffer {
  const text = bytes.toString('latin1');
  const found = new Set([...findPlaceholders(text), ...(text.includes(canary) ? [canary] : [])]);
  if (found.size === 0) return bytes;
  const clean = [...found].reduce((rest, one) => rest.replaceAll(one, () => 'x'.repeat(one.length)), text);
  return Buffer.from(clean, 'latin1');
}
