import { ledgerEvent, operatorName, type SecretFile, type SecretFileName } from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { SupervisorClient } from '../supervisors/client.ts';

/** What an operator sees and does of the files that runs made secret; the supervisor keeps them. */
export interface SecretFileService {
  list(): Promise<readonly SecretFile[]>;
  /** Not secret any more, because a person says so; what the policy calls secret stays it. */
  lower(file: SecretFileName): Promise<SecretFile>;
}

export function createSecretFileService(supervisor: SupervisorClient, ledger: Recorder): SecretFileService {
  return {
    list: async () => (await supervisor.listSecretFiles()).files,
    async lower(file) {
      const lowered = await supervisor.lowerSecretFile(file);
      const body = { ...file, run: lowered.run, by: operatorName };
      await ledger.append([ledgerEvent('label.lowered', body, { actor: 'api' })]);
      return lowered;
    },
  };
}
