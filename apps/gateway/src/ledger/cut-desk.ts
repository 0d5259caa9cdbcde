import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CutAcceptance, cutAcceptanceSchema, cutFiles, isAccepted, type TailCut } from '@clawhold/ledger';

/** Puts a cut of the ledger before the operator, who answers with `clawhold audit accept-cut`. */
export interface CutDesk {
  /** Answers with the operator's word about this cut. Without one the cut is written down for the operator to see. */
  ask(cut: TailCut): Promise<CutAcceptance | undefined>;
  /** The ledger is whole: nothing waits for an answer any more. */
  clear(): Promise<void>;
}

/**
 * @param api the api's own folder, for the notice.
 * @param configuration the operator's folder, which the api may only read: it cannot accept a cut itself.
 */
export function cutDesk(api: string, configuration: string): CutDesk {
  const notice = join(api, cutFiles.notice);
  return {
    async ask(cut) {
      const acceptance = await readAcceptance(join(configuration, cutFiles.acceptance));
      if (acceptance !== undefined && isAccepted(cut, acceptance)) return acceptance;
      await writeFile(`${notice}.new`, `${JSON.stringify(cut)}\n`, { mode: 0o600 });
      await rename(`${notice}.new`, notice);
      return undefined;
    },
    clear: () => rm(notice, { force: true }),
  };
}

async function readAcceptance(path: string): Promise<CutAcceptance | undefined> {
  try {
    return cutAcceptanceSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined; // none, or none that can be understood: the cut stays what it is, refused
  }
}
