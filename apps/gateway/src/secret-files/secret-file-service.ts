import { ClawholdError, ledgerEvent, type SecretFile, type SecretFileName } from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { SupervisorClient } from '../supervisors/client.ts';

/** What an operator sees and does of the files that runs made secret; the supervisor keeps them. */
export interface SecretFileService {
  list(): Promise<readonly SecretFile[]>;
  /**
   * Not secret any more, because a person says so; what the policy calls secret stays it.
   *
   * @throws ClawholdError `state_no_such_label`.
   */
  lower(file: SecretFileName, by: string): Promise<SecretFile>;
}

export function createSecretFileService(supervisor: SupervisorClient, ledger: Recorder): SecretFileService {
  const list = async (): Promise<readonly SecretFile[]> => (await supervisor.listSecretFiles()).files;
  return {
    list,
    async lower({ folder, path }, by) {
      const known = (await list()).find((file) => file.folder === folder && file.path === path);
      if (known === undefined)
        throw new ClawholdError('state_no_such_label', `"${path}" in ${folder} is not known to be secret.`, {
          hint: 'List the files with: npx clawhold policy labels',
          status: 404,
        });
      // A person's word is on record before it counts.
      const body = { folder, path, run: known.run, by };
      await ledger.append([ledgerEvent('label.lowered', body, { actor: `person:${by}` })]);
      return supervisor.lowerSecretFile({ folder, path });
    },
  };
}
