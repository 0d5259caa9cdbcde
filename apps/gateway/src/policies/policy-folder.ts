import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PolicyLibrary } from '@clawhold/policy';
import { ClawholdError } from '@clawhold/spec';

/** What an operator wrote. */
export interface PolicyFolder {
  readonly path: string;
  readonly ceiling: string;
  readonly agents: Readonly<Record<string, string>>;
  /** What documents may extend besides the shipped presets: `library/team/base.yaml` as `team/base`. */
  readonly library: PolicyLibrary;
}

/**
 * Reads `ceiling.yaml`, `policies/<agent>.yaml` and `library/<folder>/<name>.yaml` from the operator's folder; the last
 * may be missing.
 *
 * @throws ClawholdError `policy_unreadable`: a file is missing or cannot be read.
 */
export async function readPolicyFolder(folder: string): Promise<PolicyFolder> {
  const ceiling = await readText(join(folder, 'ceiling.yaml'));
  const agents = await readDocuments(join(folder, 'policies'));
  const shelves = await listFolders(join(folder, 'library'));
  const library = await Promise.all(
    shelves.map(async (shelf) =>
      Object.entries(await readDocuments(join(folder, 'library', shelf))).map(
        ([name, text]) => [`${shelf}/${name}`, text] as const,
      ),
    ),
  );
  return { path: folder, ceiling, agents, library: Object.fromEntries(library.flat()) };
}

/** The documents of a folder by their names. */
async function readDocuments(folder: string): Promise<Readonly<Record<string, string>>> {
  const files = (await listFolder(folder)).filter((name) => name.endsWith('.yaml')).toSorted();
  const texts = files.map(async (name) => [basename(name, '.yaml'), await readText(join(folder, name))] as const);
  return Object.fromEntries(await Promise.all(texts));
}

/** The folders in a folder that need not be there. */
async function listFolders(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw unreadable(`folder ${path}`, cause);
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function listFolder(path: string): Promise<string[]> {
  return readdir(path).catch((cause: unknown) => {
    throw unreadable(`folder ${path}`, cause);
  });
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(`file ${path}`, cause);
  });
}

function unreadable(what: string, cause: unknown): ClawholdError {
  return new ClawholdError('policy_unreadable', `The policy ${what} cannot be read.`, {
    cause,
    hint: 'Put it back, or remove its folder: the next start writes the defaults.',
  });
}
