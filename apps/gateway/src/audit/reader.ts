import type { Kysely } from 'kysely';
import { readHeads } from '../ledger/head-folder.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerKey } from '../ledger/signing-key-file.ts';
import type { Database } from '../store/database.ts';

export interface AuditEntry {
  readonly sequence: number;
  readonly time: string;
  readonly type: string;
  readonly actor: string;
  readonly run: string | null;
  readonly body: Record<string, unknown>;
}

export interface AuditHead {
  readonly size: number;
  readonly root: string | null;
  readonly publicKey: string;
  readonly heads: Record<string, unknown>[];
}

/** The ledger for readers. */
export interface AuditReader {
  /** At most 500 records after `after`; a negative one means that many from the end. */
  entries(after: number, run?: string): Promise<readonly AuditEntry[]>;
  exportEntries(): AsyncIterable<Uint8Array>;
  /** The bodies of all recorded decisions, one a line, read page by page. */
  decisions(): AsyncIterable<Uint8Array>;
  head(): Promise<AuditHead>;
}

const pageSize = 500;
/** Of decisions, whose bodies have about a KiB each. */
const decisionsPage = 2_000;

export function createAuditReader(
  database: Kysely<Database>,
  ledger: Ledger,
  key: LedgerKey,
  headFolder: string,
): AuditReader {
  return {
    async entries(after, run) {
      const size = ledger.head?.size ?? 0;
      let query = database
        .selectFrom('ledger_entry')
        .select(['sequence', 'time', 'type', 'actor', 'run', 'body'])
        .where('sequence', '>', String(after < 0 ? Math.max(0, size + after) : after))
        .orderBy('sequence')
        .limit(pageSize);
      if (run !== undefined) query = query.where('run', '=', run);
      const rows = await query.execute();
      return rows.map((row) => ({ ...row, sequence: Number(row.sequence), body: JSON.parse(row.body) }));
    },
    exportEntries: () => ledger.exportEntries(),
    async *decisions() {
      for (let after = '0'; ; ) {
        const rows = await database
          .selectFrom('ledger_entry')
          .select(['sequence', 'body'])
          .where('type', '=', 'decision.made')
          .where('sequence', '>', after)
          .orderBy('sequence')
          .limit(decisionsPage)
          .execute();
        const last = rows.at(-1);
        if (last === undefined) return;
        after = last.sequence;
        yield Buffer.from(rows.map(({ body }) => `${body}\n`).join(''));
      }
    },
    async head() {
      const heads = await readHeads(headFolder);
      const { head } = ledger;
      return {
        size: head?.size ?? 0,
        root: head?.root ?? null,
        publicKey: key.publicKeyPem,
        heads: heads.map((signed) => ({ ...signed })),
      };
    },
  };
}
