import type { ByteReader } from './byte-reader.ts';
import { type Fault, fault } from './fault.ts';
import { type Field, parseFields } from './field.ts';
import { type Piece, ReadPieces, starved } from './pieces.ts';

/** What to do with fields after the last chunk: a request may not have any, those of a response are put here. */
export type TrailerRule = 'refuse' | Field[];

/** Up to eight hexadecimal digits and nothing else: no sign, no `0x`, no space, no extension (RFC 9112, 7.1.1). */
const chunkSize = /^[0-9a-fA-F]{1,8}$/;
const maximumTrailerLines = 100;
const maximumLine = 8 * 1024;

/** Decodes the chunked coding; the proxy writes its own chunks, so whatever was odd about these ends here. */
export class ChunkedPieces extends ReadPieces {
  readonly #trailers: TrailerRule;
  #expects: 'size' | 'data' | 'end_of_chunk' | 'trailers' | 'nothing' = 'size';
  /** Bytes of this chunk. */
  #left = 0;
  #trailerLines = 0;

  constructor(reader: ByteReader, trailers: TrailerRule) {
    super(reader);
    this.#trailers = trailers;
  }

  protected read(): Piece | typeof starved {
    while (this.#expects !== 'nothing') {
      if (this.#expects === 'data') return this.#data();
      const line = this.#line();
      if (typeof line !== 'string') return line;
      const problem = this.#take(line);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  protected ended(): Fault {
    return fault('cut_off', 'The body ended before its last chunk.');
  }

  #data(): Buffer | typeof starved {
    if (this.reader.isEmpty) return starved;
    const bytes = this.reader.consume(this.#left);
    this.#left -= bytes.length;
    if (this.#left === 0) this.#expects = 'end_of_chunk';
    return bytes;
  }

  #take(line: string): Fault | undefined {
    if (this.#expects === 'trailers') return this.#trailer(line);
    if (this.#expects === 'end_of_chunk') {
      if (line !== '') return overlong;
      this.#expects = 'size';
      return undefined;
    }
    if (!chunkSize.test(line)) return fault('chunk_size', 'The size of a chunk is not a plain hexadecimal number.');
    this.#left = Number.parseInt(line, 16);
    this.#expects = this.#left === 0 ? 'trailers' : 'data';
    return undefined;
  }

  #trailer(line: string): Fault | undefined {
    if (line === '') {
      this.#expects = 'nothing';
      return undefined;
    }
    if (this.#trailers === 'refuse') return fault('trailers', 'Requests with trailers are not forwarded.');
    if (++this.#trailerLines > maximumTrailerLines) return fault('trailers', 'There are too many trailers.');
    const parsed = parseFields(`${line}\r\n`, { allowLatin: true });
    if (parsed.kind === 'fault') return parsed;
    this.#trailers.push(...parsed.list);
    return undefined;
  }

  #line(): string | Fault | typeof starved {
    const { held } = this.reader;
    const end = held.indexOf(10);
    if (end > maximumLine || (end === -1 && held.length > maximumLine)) return overlong;
    if (end === -1) return starved;
    const line = this.reader.consume(end + 1).toString('latin1', 0, end);
    if (!line.endsWith('\r')) return fault('bare_line_feed', 'A chunk line ends with a bare line feed.');
    return line.slice(0, -1);
  }
}

const overlong: Fault = fault('chunk_end', 'A chunk is not as long as it says, or its line is too long.');
