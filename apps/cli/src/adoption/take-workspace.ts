import { type LeftOut, type OpenFolder, readTree, type TreeFile, within } from './read-tree.ts';
import type { SecretSearch } from './secret-search.ts';

/** Who an agent is and what it remembers; everything else that it keeps in its workspace comes along. */
const bounds = { entries: 20_000, bytes: 256 * 2 ** 20, fileBytes: 16 * 2 ** 20 } as const;

/** What is not taken, and why, from the workspace on. The first that fits. */
const unwanted: readonly (readonly [shape: RegExp, why: string])[] = [
  [/^(skills|\.agents)$/, 'skills wait for their release'],
  [/^(hooks|\.openclaw|extensions)$/, 'OpenClaw would run what is in it, in its own process'],
  [/(^|\/)\.git$/, 'old versions may hold secrets that nobody finds, and its hooks are programs'],
  [/(^|\/)node_modules$/, 'it is no memory'],
  [/(^|\/)\.env(\.[\w-]+)?$/, 'it is a file of secrets'],
  [/(^|\/)(id_(rsa|ed25519|ecdsa)|[^/]+\.(pem|key|p12|pfx))$/, 'it is a file of secrets'],
];

/** What came of it. */
export interface TakenWorkspace {
  readonly files: number;
  readonly bytes: number;
  /** Files in which secrets were replaced. */
  readonly scrubbed: readonly string[];
  /** Files with something that has the form of a credential, and is none that was found elsewhere. */
  readonly suspicious: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Reads the workspace of an OpenClaw file by file, without the secrets that are known.
 *
 * @param write gets each file as it may be kept.
 * @throws ClawholdError `input_adopt_too_large`.
 */
export async function takeWorkspace(
  folder: OpenFolder,
  workspace: string,
  { search }: SecretSearch,
  write: (file: TreeFile) => Promise<void>,
): Promise<TakenWorkspace> {
  const taken = { files: 0, bytes: 0 };
  const scrubbed: string[] = [];
  const suspicious: string[] = [];
  const leftOut: LeftOut[] = [];
  const leave = (left: LeftOut): void => void leftOut.push(left);
  await within(folder, workspace.split('/'), (inside) =>
    readTree(inside, {
      bounds,
      skip: (path) => unwanted.find(([shape]) => shape.test(path))?.[1],
      leave,
      async take(file) {
        if (search(Buffer.from(file.path)).kind !== 'clean') {
          leave({ path: 'a file', why: 'its name holds a secret' });
          return;
        }
        const searched = search(file.bytes);
        if (searched.kind === 'hidden') {
          leave({ path: file.path, why: 'it holds a secret in a form that cannot be taken out' });
          return;
        }
        if (searched.kind === 'scrubbed') scrubbed.push(file.path);
        if (searched.hasOther) suspicious.push(file.path);
        await write({ ...file, bytes: searched.bytes });
        taken.files++;
        taken.bytes += searched.bytes.length;
      },
    }),
  );
  return { ...taken, scrubbed, suspicious, leftOut };
}
