import { type DataKey, newDataKey, seal, unseal } from '@clawhold/sealing';
import { ClawholdError, type RunId } from '@clawhold/spec';
import type { Kysely } from 'kysely';
import type { Database } from '../store/database.ts';

const cachedKeys = 512;

/** Seals the content of runs: one data key for each run, wrapped by the key-encryption key of the installation. */
export interface ContentSeal {
  /** Seals without asking the database again, as whoever holds one of its connections must. */
  sealer(run: RunId): Promise<(place: string, text: string) => Buffer>;
  sealText(run: RunId, place: string, text: string): Promise<Buffer>;
  openText(run: RunId, place: string, sealed: Uint8Array): Promise<string>;
}

/** Removing a run's row from `run_key` makes everything sealed for it unreadable for good. */
export function createContentSeal(database: Kysely<Database>, keyEncryptionKey: DataKey): ContentSeal {
  const cache = new Map<RunId, Promise<DataKey>>();

  const place = (run: RunId): string => `run_key/${run}`;

  async function load(run: RunId): Promise<DataKey> {
    const wrapped = seal(keyEncryptionKey, place(run), newDataKey());
    await database
      .insertInto('run_key')
      .values({ run, wrapped })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    // Read back: another process may have been first.
    const row = await database.selectFrom('run_key').select('wrapped').where('run', '=', run).executeTakeFirstOrThrow();
    return open(keyEncryptionKey, place(run), row.wrapped);
  }

  function keyOf(run: RunId): Promise<DataKey> {
    const known = cache.get(run);
    if (known !== undefined) return known;
    const key = load(run);
    cache.set(run, key);
    key.catch(() => cache.delete(run));
    const [oldest] = cache.keys();
    if (cache.size > cachedKeys && oldest !== undefined) cache.delete(oldest);
    return key;
  }

  async function sealer(run: RunId): Promise<(place: string, text: string) => Buffer> {
    const key = await keyOf(run);
    return (where, text) => seal(key, where, Buffer.from(text));
  }

  return {
    sealer,
    sealText: async (run, where, text) => (await sealer(run))(where, text),
    openText: async (run, where, sealed) => open(await keyOf(run), where, sealed).toString(),
  };
}

/** @throws ClawholdError `gateway_sealed_content_damaged`: another key, another place, or changed bytes. */
function open(key: DataKey, place: string, sealed: Uint8Array): Buffer {
  try {
    return unseal(key, place, sealed);
  } catch (cause) {
    throw new ClawholdError('gateway_sealed_content_damaged', `The stored content of ${place} cannot be opened.`, {
      cause,
      hint: 'The key-encryption key changed or the row was altered; "clawhold audit verify" tells whether the ledger is intact.',
    });
  }
}
