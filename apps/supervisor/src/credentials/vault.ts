import { type CompiledBinding, compileBinding } from '@clawhold/egress';
import {
  ClawholdError,
  type Credential,
  type CredentialDefinition,
  credentialSchema,
  type RunId,
  type StandingToken,
  type WithdrawnCredential,
} from '@clawhold/spec';
import { z } from 'zod';
import { type IssuedToken, openIssuedTokens, tokensName } from './issued-tokens.ts';
import { variablesOf } from './placeholders.ts';
import { openSealedFolder } from './sealed-folder.ts';
import { sourceOf } from './secret.ts';
import type { SourceWorld, ValueSource } from './sources/value-source.ts';
import { isRevoked, type Withdrawal, withdrawTokens } from './withdrawal.ts';

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
  /** What providers still accept although nothing here uses it any more. */
  standing(): readonly StandingToken[];
  /** @throws ClawholdError `input_credential`, `state_credential_exists`. */
  add(name: string, definition: CredentialDefinition, secret: string): Promise<Credential>;
  /**
   * Tokens that were asked for with the old secret are ended.
   *
   * @throws ClawholdError `input_credential`, `state_no_such_credential`.
   */
  rotate(name: string, secret: string): Promise<Credential>;
  /** Its tokens are ended, and what they were asked for with. @throws ClawholdError `state_no_such_credential`. */
  remove(name: string): Promise<WithdrawnCredential>;
  /** Ends the tokens that only this run had. */
  endRun(run: RunId): Promise<void>;
  /** The same for runs that ended with the process before this one. */
  endLostRuns(): Promise<void>;
}

export interface VaultOptions {
  /** Opens what is sealed, base64. Default: the key in the folder. */
  readonly givenKey?: string | undefined;
  /** Told when tokens were given up. */
  readonly onWithdrawn?: (withdrawal: Withdrawal) => void;
}

/** What lies in a sealed file. */
const contentSchema = z.object({ told: credentialSchema, secret: z.string() });

export async function openVault(
  folder: string,
  world: SourceWorld,
  { givenKey, onWithdrawn }: VaultOptions = {},
): Promise<Vault> {
  const files = await openSealedFolder(folder, givenKey);
  const stored = new Map<string, StoredCredential>();
  const tellDamaged = (name: string, error: unknown): void =>
    console.error(`The credential ${name} cannot be opened; it is left out:`, String(error));
  const contents = new Map(await files.readAll(tellDamaged));
  const issued = openIssuedTokens(files, contents.get(tokensName), world.now);
  contents.delete(tokensName);

  function prepare(told: Credential, secret: string): StoredCredential {
    const source = sourceOf(told, secret, world, issued, async (next) => {
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

  for (const [name, content] of contents) {
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

  async function withdraw(
    { told: { name }, source }: StoredCredential,
    cause: Withdrawal['cause'],
    tokens: readonly IssuedToken[],
    run: RunId | null = null,
  ): Promise<WithdrawnCredential> {
    const ended = await withdrawTokens(name, source, tokens, issued);
    const { revokeGrant } = source;
    const isGrantEnded = cause === 'removed' && revokeGrant !== undefined && (await isRevoked(name, revokeGrant));
    const withdrawn = isGrantEnded ? { ...ended, revoked: ended.revoked + 1 } : ended;
    if (withdrawn.revoked + withdrawn.standing > 0) onWithdrawn?.({ ...withdrawn, name, cause, run });
    return withdrawn;
  }

  async function endRunOf(one: StoredCredential, run: RunId): Promise<void> {
    // Whoever is being asked for one may still answer.
    await one.source.forget(run);
    const tokens = issued.of(one.told).filter((token) => token.run === run);
    if (tokens.length > 0) await withdraw(one, 'run_ended', tokens, run);
  }

  await issued.leaveAllBut([...stored.values()].map(({ told }) => told));
  // Those of runs that ended with the process before this one.
  const lost = [...stored.values()].map((one) => ({ one, tokens: issued.of(one.told) }));

  const written = (): string => new Date(world.now()).toISOString();

  return {
    list: () => [...stored.values()].map(({ told }) => told).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    find: (name) => stored.get(name),
    async add(name, definition, secret) {
      if (stored.has(name))
        throw new ClawholdError('state_credential_exists', `There is a credential "${name}" already.`, {
          hint: `Give it another secret with: npx clawhold credentials rotate ${name}`,
        });
      refuseTaken({ name, ...definition }, stored.values());
      return store({ name, ...definition, written: written() }, secret);
    },
    async rotate(name, secret) {
      const old = known(name);
      const rotated = await store({ ...old.told, written: written() }, secret);
      await old.source.forget();
      await withdraw(old, 'rotated', issued.of(old.told));
      return rotated;
    },
    async remove(name) {
      const removed = known(name);
      // First in memory: from now on nothing is filled in, whatever becomes of the file.
      stored.delete(name);
      await files.remove(name);
      await removed.source.forget();
      return withdraw(removed, 'removed', issued.of(removed.told));
    },
    async endRun(run) {
      await Promise.all([...stored.values()].map((one) => endRunOf(one, run)));
    },
    async endLostRuns() {
      await Promise.all(
        lost.map(({ one, tokens }) =>
          Promise.all(
            [...Map.groupBy(tokens, ({ run }) => run)].map(([run, own]) => withdraw(one, 'run_ended', own, run)),
          ),
        ),
      );
    },
    standing: () => issued.standing(),
  };
}

/** Of two in one variable of one sandbox, the second would hide the first. */
function refuseTaken(
  added: Pick<Credential, 'name' | 'source' | 'variable' | 'binding'>,
  others: Iterable<StoredCredential>,
): void {
  for (const { told } of others) {
    const both = told.binding.agents?.some((agent) => added.binding.agents?.includes(agent) ?? true) ?? true;
    const variable = both ? variablesOf(added).find((one) => variablesOf(told).includes(one)) : undefined;
    if (variable !== undefined)
      throw new ClawholdError(
        'input_credential',
        `The credential "${told.name}" is in ${variable} for the same agents.`,
        {
          hint: 'Give this one another variable with --variable, or other agents with --agent.',
        },
      );
  }
}

function bindingOf({ source, binding }: Credential): CompiledBinding {
  const isForSigning = source.kind === 'aws' || source.kind === 'aws_sts';
  if (binding.places.some((place) => (place === 'sigv4') !== isForSigning))
    throw new ClawholdError('input_credential', 'A key of AWS goes into signatures (sigv4), and nothing else does.');
  const compiled = compileBinding(binding);
  if (compiled.kind === 'refused') throw new ClawholdError('input_credential', compiled.reason);
  return compiled.binding;
}
