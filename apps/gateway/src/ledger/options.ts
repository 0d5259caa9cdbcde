import type { InstallId } from '@clawhold/spec';
import type { Kysely } from 'kysely';
import type { CutDesk } from './cut-desk.ts';
import type { LedgerKey } from './signing-key-file.ts';
import type { LedgerTables } from './tables.ts';

export interface LedgerOptions {
  /** Connection string with the api's role. The ledger keeps one connection of its own for writing. */
  readonly url: string;
  /** For reading: exports, proofs. */
  readonly database: Kysely<LedgerTables>;
  /** Where signed tree heads are kept outside the database; see `HeadFolder`. */
  readonly headFolder: string;
  readonly key: LedgerKey;
  readonly install: InstallId;
  /**
   * Asks whether an operator who saw that the tail was cut lets the ledger go on, which then records the cut first; see
   * {@link CutDesk.ask}. Default: nobody does.
   */
  readonly askAboutCut?: CutDesk['ask'];
  /** How long to wait for another api process to let go of the ledger, in milliseconds. Default: 10,000. */
  readonly lockPatience?: number;
  /** How long an append waits for a database that went away, in milliseconds. Default: 5,000. */
  readonly databasePatience?: number;
  /** How many records become durable together at most. Default: 2,048. */
  readonly batchRecords?: number;
  /** Reads the present. Default: the machine's clock. */
  readonly now?: () => Date;
}
