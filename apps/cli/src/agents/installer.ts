import { stat } from 'node:fs/promises';
import { ClawholdError } from '@clawhold/spec/error';

/** Who installs, and where. */
export interface Installer {
  readonly folder: string;
  /** The account that the folder belongs to: one of its own where root installs, else whoever asks. */
  readonly uid: number;
  readonly gid: number;
}

/** @throws ClawholdError `state_never_started`, `auth_not_the_operator`. */
export async function findInstaller(folder: string): Promise<Installer> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined)
    throw new ClawholdError(
      'state_never_started',
      'There is no installation of Clawhold here that could have agents.',
      {
        hint: 'Start it once: npx clawhold up',
      },
    );
  const { uid, gid } = found;
  const own = process.getuid?.();
  // What root installs must not be installed by root.
  if (own === 0 ? uid !== 0 : uid === own) return { folder, uid, gid };
  throw new ClawholdError('auth_not_the_operator', `${folder} is not for this account.`, {
    hint: own === 0 ? 'Start Clawhold once as root: npx clawhold up' : 'Use the account that started Clawhold.',
  });
}
