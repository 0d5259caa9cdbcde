import { constants } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type CutAcceptance, cutFiles, type TailCut, tailCutSchema } from '@clawhold/ledger';
import { ClawholdError } from '@clawhold/spec';

/** The cut that waits for the operator's word; undefined when there is none. */
export async function readCut(home: string): Promise<TailCut | undefined> {
  // The folder is the api's. What runs as the api must not make us, perhaps root, read another file through a link.
  const path = join(home, 'api', cutFiles.notice);
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new ClawholdError('auth_no_home', `The state of the installation in ${home} cannot be read.`, {
      cause,
      hint: 'Use the account that started Clawhold, or set CLAWHOLD_HOME to the right folder.',
    });
  });
  if (file === undefined) return undefined;
  try {
    return tailCutSchema.parse(JSON.parse(await file.readFile('utf8')));
  } catch (cause) {
    throw new ClawholdError('ledger_cut_unreadable', `What the gateway wrote down about the cut is damaged: ${path}.`, {
      cause,
      hint: 'Remove the file and start again: the gateway writes it anew.',
    });
  } finally {
    await file.close();
  }
}

/** Leaves the operator's word where the gateway looks for it: in the operator's folder, which the api cannot change. */
export async function writeAcceptance(home: string, acceptance: CutAcceptance): Promise<void> {
  const path = join(home, 'configuration', cutFiles.acceptance);
  const file = await open(`${path}.new`, 'w', 0o644);
  try {
    await file.writeFile(`${JSON.stringify(acceptance, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
