import { type Credential, type CredentialDefinition, ledgerEvent } from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { SupervisorClient } from '../supervisors/client.ts';

export interface NewCredential extends CredentialDefinition {
  readonly name: string;
  readonly secret: string;
}

/** Brings secrets to the supervisor, which keeps them. The gateway holds one only while it passes it on. */
export interface CredentialService {
  list(): Promise<readonly Credential[]>;
  add(credential: NewCredential): Promise<Credential>;
  rotate(name: string, secret: string): Promise<Credential>;
  remove(name: string): Promise<void>;
}

/** Who acts, as long as an installation has one operator. */
const by = 'operator';
const origin = { actor: 'api' } as const;

export function createCredentialService(supervisor: SupervisorClient, ledger: Recorder): CredentialService {
  async function recordWritten({ name, source, binding }: Credential): Promise<void> {
    const body = { name, source: source.kind, hosts: binding.hosts, by };
    await ledger.append([ledgerEvent('credential.written', body, origin)]);
  }

  return {
    list: async () => (await supervisor.listCredentials()).credentials,
    async add(credential) {
      const added = await supervisor.addCredential(credential);
      await recordWritten(added);
      return added;
    },
    async rotate(name, secret) {
      const rotated = await supervisor.rotateCredential({ name, secret });
      await recordWritten(rotated);
      return rotated;
    },
    async remove(name) {
      await supervisor.removeCredential({ name });
      await ledger.append([ledgerEvent('credential.removed', { name, by }, origin)]);
    },
  };
}
