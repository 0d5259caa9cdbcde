import {
  type CutAcceptance,
  type PreparedRecord,
  prepareRecord,
  type SealedBatch,
  sealBatch,
  type Tail,
} from '@clawhold/ledger';
import { ClawholdError, ledgerEvent } from '@clawhold/spec';
import pg from 'pg';
import { type Connection, connect } from './connection.ts';
import { headNotKept, notStored, outcomeUnknown } from './errors.ts';
import type { HeadFolder } from './head-folder.ts';
import type { LedgerOptions } from './options.ts';
import type { WriterSession } from './writer-session.ts';

/**
 * Makes records durable, one batch after the other: seal, commit, keep the head outside. Its only state is where the
 * ledger ends, and after any failure it reads that from the database again. One batch may be sealed ahead while the one
 * before it is stored.
 */
export class Appender implements AsyncDisposable {
  readonly #options: LedgerOptions;
  readonly #heads: HeadFolder;
  #session: WriterSession | undefined;
  /** Where the ledger ends on disk. */
  #tail: Tail;
  /** Where it ends with the batches that were sealed but are not stored yet. */
  #sealedTail: Tail;

  private constructor(options: LedgerOptions, heads: HeadFolder, { session, tail }: Connection) {
    this.#options = options;
    this.#heads = heads;
    this.#session = session;
    this.#tail = tail;
    this.#sealedTail = tail;
  }

  /** @throws ClawholdError as {@link connect}, and `database_unreachable`. */
  static async open(options: LedgerOptions, heads: HeadFolder): Promise<Appender> {
    const connection = await connect(options, heads).catch((cause: unknown) => {
      throw cause instanceof ClawholdError ? cause : unreachable(cause);
    });
    const appender = new Appender(options, heads, connection);
    await appender.#recordCut(connection.accepted);
    return appender;
  }

  get tail(): Tail {
    return this.#tail;
  }

  /**
   * Connects again if the connection was lost. What was sealed and not stored is then void.
   *
   * @throws ClawholdError as {@link connect}, and `ledger_not_stored` while the database stays away.
   */
  async ready(): Promise<void> {
    if (this.#session !== undefined && !this.#session.isLost) return;
    const { accepted } = await this.#reconnect(this.#options);
    await this.#recordCut(accepted);
  }

  /** Puts records after what was sealed before. */
  seal(records: readonly PreparedRecord[]): SealedBatch {
    const { install, key, now } = this.#options;
    const time = (now?.() ?? new Date()).toISOString();
    const sealed = sealBatch(this.#sealedTail, records, { time, install, key: key.signing });
    this.#sealedTail = sealed.tail;
    return sealed;
  }

  /** Whether a batch that was sealed ahead still continues the ledger. */
  continues(sealed: SealedBatch): boolean {
    return this.#session !== undefined && sealed.tail === this.#sealedTail;
  }

  /**
   * Answers when a sealed batch and its head are durable. After a failure it must be sealed anew.
   *
   * @throws ClawholdError `ledger_not_stored`, `ledger_outcome_unknown` or `ledger_head_not_kept`.
   */
  async store(sealed: SealedBatch): Promise<void> {
    if ((await this.#send(sealed)) === 'found stored') return;
    this.#tail = sealed.tail;
    await this.#heads.keep(sealed.batch.head).catch(async (error: unknown) => {
      await this.#disconnect();
      throw headNotKept(error);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#disconnect();
  }

  /** Sends a batch, a second time if the connection was lost and the database, asked again, does not have it. */
  async #send(sealed: SealedBatch): Promise<'stored' | 'found stored'> {
    for (let isSecond = false; ; isSecond = true) {
      try {
        if (this.#session === undefined) throw new Error('the connection was lost before the batch was sent');
        await this.#session.store(sealed);
        return 'stored';
      } catch (error) {
        await this.#disconnect();
        if (isRefusal(error)) throw notStored(error);
        if (await this.#wasStored(sealed, error)) return 'found stored';
        if (isSecond) throw notStored(error);
        // The ledger ends where it ended when the batch was sealed: the same bytes still fit.
        this.#sealedTail = sealed.tail;
      }
    }
  }

  async #reconnect(options: LedgerOptions): Promise<Connection> {
    await this.#disconnect();
    const connection = await connect(options, this.#heads).catch((cause: unknown) => {
      throw cause instanceof ClawholdError ? cause : notStored(cause);
    });
    this.#session = connection.session;
    this.#tail = connection.tail;
    this.#sealedTail = connection.tail;
    return connection;
  }

  /** The first record after a cut says that there was one, how much is missing, who let the ledger go on and why. */
  async #recordCut(accepted: CutAcceptance | undefined): Promise<void> {
    if (accepted === undefined) return;
    // The head of what was lost is evidence: it stays in the history when head.json moves on.
    await this.#heads.rememberLast();
    const { cut, reason, by } = accepted;
    const event = ledgerEvent('ledger.cut', { found: cut.found, headSize: cut.headSize, reason }, { actor: by });
    await this.store(this.seal([prepareRecord(event)]));
  }

  /** Asks the database what became of a batch whose connection was lost before the answer. */
  async #wasStored({ batch }: SealedBatch, lost: unknown): Promise<boolean> {
    try {
      // Nobody is asked about a cut here: the batch that waits was sealed onto what would be missing.
      const { askAboutCut: _, ...options } = this.#options;
      const { session } = await this.#reconnect(options);
      return (await session.readHead(batch.size))?.text === batch.head.text;
    } catch {
      throw outcomeUnknown(lost);
    }
  }

  async #disconnect(): Promise<void> {
    await this.#session?.[Symbol.asyncDispose]();
    this.#session = undefined;
  }
}

/** The database answered that it did not do it, and lives. Anything else leaves the outcome open. */
function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR';
}

function unreachable(cause: unknown): ClawholdError {
  return new ClawholdError('database_unreachable', 'The database of the ledger does not answer.', {
    cause,
    hint: 'Look at the database and its address, then start again.',
  });
}
