import {
  type Credential,
  type CredentialDefinition,
  ledgerEvent,
  type StandingToken,
  type WithdrawnCredential,
} from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { SupervisorClient } from '../supervisors/client.ts';

export interface NewCredential extends CredentialDefinition {
  readonly name: string;
  readonly secret: string;
}

/** Brings secrets to the supervisor, which keeps them. The gateway holds one only while it passes it on. */
export interface CredentialService {
  /** With the tokens that nothing here uses any more, while their providers accept them. */
  list(): Promise<{ readonly credentials: readonly Credential[]; readonly standing: readonly StandingToken[] }>;
  add(credential: NewCredential): Promise<Credential>;
  rotate(name: string, secret: string): Promise<Credential>;
  remove(name: string): Promise<WithdrawnCredential>;
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
    list: () => supervisor.listCredentials(),
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
      const withdrawn = await supervisor.removeCredential({ name });
      await ledger.append([ledgerEvent('credential.removed', { name, by }, origin)]);
      return withdrawn;
    },
  };
}
