import type { ByteReader } from './byte-reader.ts';
import { type Fault, fault } from './fault.ts';
import { type Field, type FieldRules, type Fields, parseFields } from './field.ts';
import type { Soon } from './soon.ts';

const lineFeed = 10;
const carriageReturn = 13;

/** The head of a message, each byte of its first line one character (Latin-1). */
export interface Head<Read extends Fields> {
  readonly kind: 'head';
  readonly firstLine: string;
  readonly fields: Read | Fault;
}

/** Nothing (more) came: the connection ended between two messages. */
export interface NoMessage {
  readonly kind: 'end';
}

/** How the fields of a head are read. */
export interface FieldReading<Read extends Fields> {
  readonly rules: FieldRules;
  /** Works out what follows from the fields alone, whatever the first line says. */
  readonly read: (list: readonly Field[]) => Read | Fault;
}

/** Fields that were read, and the bytes that they came in: every line with its end, and the empty one. */
interface Known<Read extends Fields> {
  readonly bytes: Buffer;
  readonly fields: Read;
}

/** Longer ones are not remembered: they would be held for as long as their connection. */
const rememberedBytes = 4 * 1024;

/**
 * Takes heads off a connection, one after the other: everything up to the first empty line.
 *
 * A line ends with CR LF and nothing else. RFC 9112 (2.2) lets a recipient accept a bare LF; two programs that use that
 * freedom differently read two messages out of one, so it is a fault here, seen at the first such byte. (A bare CR is
 * found by the parsers of the lines.)
 *
 * Messages that follow each other on one connection repeat their fields byte by byte more often than not. What was read in
 * the last ones is said again of the same bytes: nothing else reads them, so there is nothing to read differently.
 */
export class HeadReader<Read extends Fields> {
  readonly #reader: ByteReader;
  readonly #reading: FieldReading<Read>;
  /** How far the bytes of this head were looked through. */
  #scanned = 0;
  #lineStart = 0;
  #known: Known<Read> | undefined;

  constructor(reader: ByteReader, reading: FieldReading<Read>) {
    this.#reader = reader;
    this.#reading = reading;
  }

  /** @param maximum bytes of a head. */
  next(maximum: number): Soon<Head<Read> | NoMessage | Fault> {
    this.#scanned = 0;
    this.#lineStart = 0;
    return this.#repeated(maximum) ?? this.#take(maximum) ?? this.#wait(maximum);
  }

  #wait(maximum: number): Promise<Head<Read> | NoMessage | Fault> {
    return new Promise((resolve, reject) => {
      const look = (hasMore: boolean): void => {
        try {
          const head = hasMore ? (this.#repeated(maximum) ?? this.#take(maximum)) : this.#end();
          if (head === undefined) this.#reader.whenMore(look);
          else resolve(head);
        } catch (error) {
          reject(error); // a defect of ours; whoever emitted the bytes has nothing to do with it
        }
      };
      this.#reader.whenMore(look);
    });
  }

  #end(): NoMessage | Fault {
    return this.#scanned === 0 ? { kind: 'end' } : fault('cut_off', 'The head was cut off.');
  }

  /** A head that is there as a whole and has the fields of the one before it. */
  #repeated(maximum: number): Head<Read> | undefined {
    const known = this.#known;
    if (known === undefined || this.#scanned > 0) return undefined;
    const { held } = this.#reader;
    const end = held.indexOf(lineFeed);
    const size = end + 1 + known.bytes.length;
    // What is odd about the first line, and every other case, is found where the head is read.
    if (end < 2 || held[end - 1] !== carriageReturn || size > maximum || size > held.length) return undefined;
    if (known.bytes.compare(held, end + 1, size) !== 0) return undefined;
    const firstLine = held.toString('latin1', 0, end - 1);
    this.#reader.skip(size);
    return { kind: 'head', firstLine, fields: known.fields };
  }

  /** Undefined while the head is not whole. */
  #take(maximum: number): Head<Read> | Fault | undefined {
    const { held } = this.#reader;
    for (;;) {
      const end = held.indexOf(lineFeed, this.#scanned);
      if (end === -1) break;
      if (end >= maximum) return tooLarge;
      if (end === 0 || held[end - 1] !== carriageReturn)
        return fault('bare_line_feed', 'A line ends with a line feed that has no carriage return before it.');
      if (end - 1 === this.#lineStart) return this.#read(held.subarray(0, end + 1));
      this.#scanned = end + 1;
      this.#lineStart = this.#scanned;
    }
    this.#scanned = held.length;
    return this.#scanned >= maximum ? tooLarge : undefined;
  }

  #read(head: Buffer): Head<Read> | Fault {
    if (head.length === 2) return fault('empty_line', 'A message does not begin with an empty line.');
    const fieldsFrom = head.indexOf(lineFeed) + 1;
    const firstLine = head.toString('latin1', 0, fieldsFrom - 2);
    const parsed = parseFields(head.toString('latin1', fieldsFrom, head.length - 2), this.#reading.rules);
    const fields = parsed.kind === 'fault' ? parsed : this.#reading.read(parsed.list);
    const isKept = fields.kind === 'fields' && head.length - fieldsFrom <= rememberedBytes;
    this.#known = isKept ? { bytes: Buffer.from(head.subarray(fieldsFrom)), fields } : undefined;
    this.#reader.skip(head.length);
    return { kind: 'head', firstLine, fields };
  }
}

const tooLarge: Fault = fault('head_too_large', 'The request line and its headers are too large.', 431);
