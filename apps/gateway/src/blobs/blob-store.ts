import { randomBytes } from 'node:crypto';
import { type BlobId, ClawholdError, formatId, idEntropyBytes, type RunId } from '@clawhold/spec';
import type { Kysely } from 'kysely';
import type { ContentSeal } from '../sealing/content.ts';
import type { Database } from '../store/database.ts';

/** Content under an id: conversations, arguments, outputs. Ledger and workflow journal hold only the id. */
export interface BlobStore {
  write(run: RunId, text: string): Promise<BlobId>;
  /** @throws ClawholdError `state_no_such_blob`. */
  read(blob: BlobId): Promise<string>;
}

export function createBlobStore(database: Kysely<Database>, content: ContentSeal): BlobStore {
  return {
    async write(run, text) {
      const id = formatId('blob', randomBytes(idEntropyBytes));
      const sealed = await content.sealText(run, `blob/${id}`, text);
      await database.insertInto('blob').values({ id, run, sealed }).execute();
      return id;
    },
    async read(blob) {
      const row = await database.selectFrom('blob').selectAll().where('id', '=', blob).executeTakeFirst();
      if (row === undefined)
        throw new ClawholdError('state_no_such_blob', `There is no content ${blob}.`, { status: 404 });
      return content.openText(row.run as RunId, `blob/${blob}`, row.sealed); // written from a RunId above
    },
  };
}
