import { type Batch, emptyTail, Frontier, type SealedBatch, type SignedHead, type Tail } from '@clawhold/ledger';
import { ClawholdError } from '@clawhold/spec';
import pg from 'pg';
import { tailAltered } from './errors.ts';
import { textArray } from './text-array.ts';

/** The advisory lock of whoever appends: any two numbers, the same in every version. They spell `claw` and `ledg`. */
const lock = [0x636c6177, 0x6c656467] as const;
const lockNotAvailable = '55P03';

interface TailRow {
  readonly size_after: string | null;
  readonly frontier: Buffer;
  readonly head: string;
  readonly signature: Buffer;
  readonly last_sequence: string | null;
  readonly last_time: string | null;
}

/**
 * The one connection that appends. It holds an advisory lock as long as it lives, so two processes never interleave; it
 * is used for nothing else, so whoever has it has the lock.
 */
export class WriterSession implements AsyncDisposable {
  readonly #client: pg.Client;
  #isLost = false;

  private constructor(client: pg.Client) {
    this.#client = client;
    const lost = (): void => {
      this.#isLost = true;
    };
    client.on('error', lost).on('end', lost);
  }

  /**
   * Connects and takes the lock.
   *
   * @param lockPatience milliseconds to wait for another writer.
   * @throws ClawholdError `ledger_in_use` when another process appends; an error of pg when the database is not there.
   */
  static async open(url: string, lockPatience: number): Promise<WriterSession> {
    const client = new pg.Client({ connectionString: url, application_name: 'clawhold ledger' });
    const session = new WriterSession(client);
    try {
      await client.connect();
      // A cluster that is set to answer before the disk does must not do so here.
      await client.query(`select set_config('synchronous_commit', 'on', false)
        where current_setting('synchronous_commit') = 'off'`);
      await client.query(`select set_config('lock_timeout', $1, false)`, [`${Math.max(1, Math.ceil(lockPatience))}ms`]);
      await client.query('select pg_advisory_lock($1, $2)', [...lock]);
      return session;
    } catch (cause) {
      await session[Symbol.asyncDispose]();
      throw isDatabaseError(cause, lockNotAvailable) ? inUse(cause) : cause;
    }
  }

  /** The database ended the connection, and with it the lock. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * Reads where the ledger ends.
   *
   * @throws ClawholdError `ledger_tail_altered` when what the database holds there contradicts itself.
   */
  async readTail(): Promise<Tail> {
    const { rows } = await this.#client.query<TailRow>(`
      select batch.*, last.sequence as last_sequence, last.time as last_time
      from (select sequence, time from ledger_entry order by sequence desc limit 1) as last
      full join (
        select size_after, frontier, head, signature from ledger_batch order by size_after desc limit 1
      ) as batch on true
    `);
    const [row] = rows;
    if (row === undefined) return emptyTail;
    if (row.size_after === null || row.last_sequence !== row.size_after)
      throw tailAltered('its last record is not the last that a signed tree head covers');
    const frontier = Frontier.parse(Number(row.size_after), row.frontier);
    if (frontier === undefined) throw tailAltered('the edge of its tree has another size');
    return { frontier, time: row.last_time, head: toSignedHead(row) };
  }

  /** Reads the heads that cover more than `size` records, in their order. */
  async readHeadsAfter(size: number): Promise<readonly SignedHead[]> {
    const { rows } = await this.#client.query<Pick<TailRow, 'head' | 'signature'>>(
      'select head, signature from ledger_batch where size_after > $1 order by size_after',
      [size],
    );
    return rows.map(toSignedHead);
  }

  /** Reads the head that covers exactly `size` records. */
  async readHead(size: number): Promise<SignedHead | undefined> {
    const { rows } = await this.#client.query<Pick<TailRow, 'head' | 'signature'>>(
      'select head, signature from ledger_batch where size_after = $1',
      [size],
    );
    return rows.map(toSignedHead)[0];
  }

  /** Stores a batch with its records: one statement, so one transaction and one wait for the disk. */
  async store({ batch, records }: SealedBatch): Promise<void> {
    const [first] = records;
    if (first === undefined) return;
    await this.#client.query({
      name: 'append',
      text: `
        with entry as (
          insert into ledger_entry (sequence, time, type, actor, run, session, team, body)
          select $1::bigint + place - 1, $2, type, actor, run, session, team, body
          from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
            with ordinality as record (type, actor, run, session, team, body, place)
        )
        insert into ledger_batch (first_sequence, size_after, leaf_hashes, frontier, head, signature)
        values ($1, $9, $10, $11, $12, $13)`,
      values: [
        batch.first,
        first.time,
        textArray(records.map(({ type }) => type)),
        textArray(records.map(({ actor }) => actor)),
        textArray(records.map(({ run }) => run)),
        textArray(records.map(({ session }) => session)),
        textArray(records.map(({ team }) => team)),
        textArray(records.map(({ body }) => body)),
        ...batchValues(batch),
      ],
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Of a connection that is gone already there is nothing left to end.
    await this.#client.end().catch(() => undefined);
  }
}

function batchValues({ size, leaves, frontier, head }: Batch): readonly unknown[] {
  return [size, leaves, frontier, head.text, Buffer.from(head.signature, 'base64')];
}

function toSignedHead({ head, signature }: Pick<TailRow, 'head' | 'signature'>): SignedHead {
  return { text: head, signature: signature.toString('base64') };
}

function isDatabaseError(error: unknown, code: string): boolean {
  return error instanceof pg.DatabaseError && error.code === code;
}

function inUse(cause: unknown): ClawholdError {
  return new ClawholdError('ledger_in_use', 'Another process appends to the ledger of this database.', {
    cause,
    status: 409,
    hint: 'Only one gateway api may run on a database: stop the other one, then try again.',
  });
}
