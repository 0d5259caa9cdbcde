import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ClawholdError } from '@clawhold/spec';

/** The documents in force, as text: the operator's ceiling and one for each agent. */
export interface PolicySources {
  readonly ceiling: string;
  readonly agents: Readonly<Record<string, string>>;
}

/**
 * Reads `ceiling.yaml` and `policies/<agent>.yaml` from the operator's folder.
 *
 * @throws ClawholdError `policy_unreadable`: a file is missing or cannot be read.
 */
export async function readPolicyFolder(folder: string): Promise<PolicySources> {
  const ceiling = await readText(join(folder, 'ceiling.yaml'));
  const names = (await listFolder(join(folder, 'policies'))).filter((name) => name.endsWith('.yaml')).toSorted();
  const agents = await Promise.all(
    names.map(async (name) => [basename(name, '.yaml'), await readText(join(folder, 'policies', name))] as const),
  );
  return { ceiling, agents: Object.fromEntries(agents) };
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
