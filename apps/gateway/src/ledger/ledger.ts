import {
  type InclusionReceipt,
  type NewRecord,
  prepareRecord,
  type Receipt,
  readHead,
  type TreeHead,
  type Verification,
  verifyExport,
} from '@clawhold/ledger';
import { Appender } from './appender.ts';
import { type ExportRange, exportEntries } from './export.ts';
import { GroupCommit } from './group-commit.ts';
import { HeadFolder, readHeads } from './head-folder.ts';
import type { LedgerOptions } from './options.ts';
import { type ConsistencyReceipt, proveConsistency, proveInclusion } from './proofs.ts';

const defaultBatchRecords = 2_048;

/** The ledger of an install. One process at a time has it; see {@link openLedger}. */
export class Ledger implements AsyncDisposable {
  readonly #options: LedgerOptions;
  readonly #heads: HeadFolder;
  readonly #appender: Appender;
  readonly #commits: GroupCommit;

  /** Use {@link openLedger}. */
  constructor(options: LedgerOptions, heads: HeadFolder, appender: Appender) {
    this.#options = options;
    this.#heads = heads;
    this.#appender = appender;
    this.#commits = new GroupCommit(appender, options.batchRecords ?? defaultBatchRecords);
  }

  /** The last signed tree head; null in an empty ledger. */
  get head(): TreeHead | null {
    const { head } = this.#appender.tail;
    return (head && readHead(head)) ?? null;
  }

  /**
   * Records events, all or none, in their order. Answers when they and their signed head are on disk. What must not
   * happen unrecorded waits for this answer.
   *
   * @throws ClawholdError `input_not_canonical` for a body that cannot be recorded exactly; `ledger_not_stored`,
   *   `ledger_outcome_unknown`, `ledger_head_not_kept`, `ledger_in_use`, `ledger_tail_cut`, `ledger_tail_altered`,
   *   `ledger_closed`: nothing that needed the records may go ahead.
   */
  async append(events: readonly NewRecord[]): Promise<readonly Receipt[]> {
    return this.#commits.append(events.map(prepareRecord));
  }

  /** The ledger, or a part of it, as NDJSON for the offline verifier; see {@link exportEntries}. */
  exportEntries(range?: ExportRange): AsyncGenerator<Uint8Array> {
    return exportEntries(this.#options.database, this.#options.install, range);
  }

  /** Re-computes the whole ledger from what is stored and compares it with the heads kept outside. */
  async verify(): Promise<Verification> {
    const heads = await readHeads(this.#options.headFolder);
    return verifyExport(this.exportEntries(), { heads, key: this.#options.key.verifying });
  }

  /** See {@link proveInclusion}. */
  proveInclusion(sequence: number): Promise<InclusionReceipt> {
    return proveInclusion(this.#options.database, sequence);
  }

  /** See {@link proveConsistency}. */
  proveConsistency(firstSize: number, secondSize: number): Promise<ConsistencyReceipt> {
    return proveConsistency(this.#options.database, firstSize, secondSize);
  }

  /** Commits what waits, then lets go of the ledger. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#commits.close();
    await this.#appender[Symbol.asyncDispose]();
    await this.#heads[Symbol.asyncDispose]();
  }
}

/**
 * Takes the ledger for appending and compares its end with the head kept outside.
 *
 * @throws ClawholdError `ledger_in_use` when another process has it, `ledger_tail_cut` when records are missing at its
 *   end and no operator accepted that, `ledger_tail_altered` when its end is not what was signed,
 *   `ledger_heads_unreadable`, `database_unreachable`.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const heads = await HeadFolder.open(options.headFolder);
  try {
    return new Ledger(options, heads, await Appender.open(options, heads));
  } catch (error) {
    await heads[Symbol.asyncDispose]();
    throw error;
  }
}
