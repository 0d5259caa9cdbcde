import { type CompiledBinding, compileBinding } from '@clawhold/egress';
import { ClawholdError, type Credential, type CredentialDefinition, credentialSchema } from '@clawhold/spec';
import { z } from 'zod';
import { openSealedFolder } from './sealed-folder.ts';
import { sourceOf } from './secret.ts';
import type { SourceWorld, ValueSource } from './sources/value-source.ts';

/** A credential with what it takes to use it. */
export interface StoredCredential {
  readonly told: Credential;
  readonly binding: CompiledBinding;
  readonly source: ValueSource;
}

/** The credentials of this installation: sealed on disk, open in the memory of this process and nowhere else. */
export interface Vault {
  /** In the order of their names. */
  list(): readonly Credential[];
  find(name: string): StoredCredential | undefined;
  /** @throws ClawholdError `input_credential`, `state_credential_exists`. */
  add(name: string, definition: CredentialDefinition, secret: string): Promise<Credential>;
  /** @throws ClawholdError `input_credential`, `state_no_such_credential`. */
  rotate(name: string, secret: string): Promise<Credential>;
  /** @throws ClawholdError `state_no_such_credential`. */
  remove(name: string): Promise<void>;
}

/** What lies in a sealed file. */
const contentSchema = z.object({ told: credentialSchema, secret: z.string() });

/** @param givenKey opens what is sealed, base64. Default: the key in the folder. */
export async function openVault(folder: string, world: SourceWorld, givenKey?: string): Promise<Vault> {
  const files = await openSealedFolder(folder, givenKey);
  const stored = new Map<string, StoredCredential>();
  const tellDamaged = (name: string, error: unknown): void =>
    console.error(`The credential ${name} cannot be opened; it is left out:`, String(error));
  function prepare(told: Credential, secret: string): StoredCredential {
    const source = sourceOf(told.name, told.source, secret, world, async (next) => {
      // Removed, or given another secret, while the endpoint was asked: that stands.
      if (stored.get(told.name)?.source === source) await write(told, next);
    });
    return { told, binding: bindingOf(told), source };
  }

  const write = (told: Credential, secret: string): Promise<void> =>
    files.write(told.name, Buffer.from(JSON.stringify({ told, secret })));

  async function store(told: Credential, secret: string): Promise<Credential> {
    const prepared = prepare(told, secret);
    await write(told, secret);
    stored.set(told.name, prepared);
    return told;
  }

  for (const [name, content] of await files.readAll(tellDamaged)) {
    try {
      const { told, secret } = contentSchema.parse(JSON.parse(content.toString('utf8')));
      stored.set(name, prepare(told, secret));
    } catch (error) {
      // Not the error itself: a parser may quote what it could not read.
      tellDamaged(name, error instanceof Error ? error.name : 'unreadable');
    }
  }

  function known(name: string): StoredCredential {
    const found = stored.get(name);
    if (found !== undefined) return found;
    throw new ClawholdError('state_no_such_credential', `There is no credential "${name}".`, {
      status: 404,
      hint: 'See them all with: npx clawhold credentials list',
    });
  }

  const written = (): string => new Date(world.now()).toISOString();

  return {
    list: () => [...stored.values()].map(({ told }) => told).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    find: (name) => stored.get(name),
    async add(name, definition, secret) {
      if (stored.has(name))
        throw new ClawholdError('state_credential_exists', `There is a credential "${name}" already.`, {
          hint: `Give it another secret with: npx clawhold credentials rotate ${name}`,
        });
      return store({ name, ...definition, written: written() }, secret);
    },
    rotate: async (name, secret) => store({ ...known(name).told, written: written() }, secret),
    async remove(name) {
      known(name);
      // First in memory: from now on nothing is filled in, whatever becomes of the file.
      stored.delete(name);
      await files.remove(name);
    },
  };
}

function bindingOf({ source, binding }: Credential): CompiledBinding {
  const isForSigning = source.kind === 'aws' || source.kind === 'aws_sts';
  if (binding.places.some((place) => (place === 'sigv4') !== isForSigning))
    throw new ClawholdError('input_credential', 'A key of AWS goes into signatures (sigv4), and nothing else does.');
  const compiled = compileBinding(binding);
  if (compiled.kind === 'refused') throw new ClawholdError('input_credential', compiled.reason);
  return compiled.binding;
}
