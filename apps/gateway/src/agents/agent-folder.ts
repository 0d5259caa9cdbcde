import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ClawholdError } from '@clawhold/spec';

/** How the manifest of an agent is named in messages: its place in the operator's folder. */
export function manifestPath(name: string): string {
  return `agents/${name}.yaml`;
}

/** Names of the agents that have a manifest of their own, in order. A folder that is not there holds none. */
export async function listManifests(folder: string): Promise<readonly string[]> {
  const files = await readdir(join(folder, 'agents')).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw unreadable('folder agents', cause);
  });
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .toSorted();
}

/** @throws ClawholdError `input_agent_manifest`: it cannot be read. */
export function readManifest(folder: string, name: string): Promise<string> {
  return readFile(join(folder, manifestPath(name)), 'utf8').catch((cause: unknown) => {
    throw unreadable(`file ${manifestPath(name)}`, cause);
  });
}

function unreadable(what: string, cause: unknown): ClawholdError {
  return new ClawholdError('input_agent_manifest', `The ${what} of the configuration cannot be read.`, {
    cause,
    hint: 'Let the account of the gateway read it, or remove it.',
  });
}
