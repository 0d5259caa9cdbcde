import {
  ClawholdError,
  type Credential,
  type CredentialDefinition,
  type LedgerEvent,
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
  /** @throws ClawholdError `input_credential`, `state_credential_exists`. */
  add(credential: NewCredential, by: string): Promise<Credential>;
  /** @throws ClawholdError `input_credential`, `state_no_such_credential`. */
  rotate(name: string, secret: string, by: string): Promise<Credential>;
  /** @throws ClawholdError `state_no_such_credential`. */
  remove(name: string, by: string): Promise<WithdrawnCredential>;
}

export function createCredentialService(supervisor: SupervisorClient, ledger: Recorder): CredentialService {
  async function known(name: string): Promise<Credential> {
    const { credentials } = await supervisor.listCredentials();
    const found = credentials.find((one) => one.name === name);
    if (found !== undefined) return found;
    throw new ClawholdError('state_no_such_credential', `There is no credential "${name}".`, {
      hint: 'See them all with: npx clawhold credentials list',
      status: 404,
    });
  }

  /** A person's word is on record before it counts; so is, after it, that the supervisor refused it. */
  async function record<Result>(change: Change, event: LedgerEvent, effect: () => Promise<Result>): Promise<Result> {
    await ledger.append([event]);
    try {
      return await effect();
    } catch (error) {
      // Of anything but a refusal nobody knows whether it was done.
      if (error instanceof ClawholdError && error.status < 500)
        await ledger.append([ledgerEvent('credential.unchanged', { ...change, code: error.code }, origin(change))]);
      throw error;
    }
  }

  return {
    list: () => supervisor.listCredentials(),
    add: (credential, by) =>
      record({ name: credential.name, by }, written(credential, by), () => supervisor.addCredential(credential)),
    async rotate(name, secret, by) {
      const event = written(await known(name), by);
      return record({ name, by }, event, () => supervisor.rotateCredential({ name, secret }));
    },
    async remove(name, by) {
      await known(name);
      const change = { name, by };
      const event = ledgerEvent('credential.removed', change, origin(change));
      return record(change, event, () => supervisor.removeCredential({ name }));
    },
  };
}

/** Which credential, and the name of the person. */
interface Change {
  readonly name: string;
  readonly by: string;
}

const origin = ({ by }: Change): { readonly actor: string } => ({ actor: `person:${by}` });

function written({ name, source, binding }: CredentialDefinition & { readonly name: string }, by: string): LedgerEvent {
  const body = { name, source: source.kind, hosts: binding.hosts, by };
  return ledgerEvent('credential.written', body, origin(body));
}
