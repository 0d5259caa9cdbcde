import type { ByteReader } from './byte-reader.ts';
import { ChunkedPieces, type TrailerRule } from './chunked.ts';
import { type Fault, fault } from './fault.ts';
import type { Framing } from './framing.ts';
import { noPieces, type Pieces, ReadPieces, starved } from './pieces.ts';

/** The content of a body, which stops exactly at its end. After a fault nothing on the connection can be trusted. */
export function readBody(reader: ByteReader, framing: Framing, trailers: TrailerRule): Pieces {
  switch (framing.kind) {
    case 'none':
      return noPieces;
    case 'length':
      return new LengthPieces(reader, framing.length);
    case 'chunked':
      return new ChunkedPieces(reader, trailers);
    case 'until_close':
      return new PiecesUntilClose(reader);
    default:
      return framing satisfies never;
  }
}

class LengthPieces extends ReadPieces {
  #left: number;

  constructor(reader: ByteReader, length: number) {
    super(reader);
    this.#left = length;
  }

  protected read(): Buffer | undefined | typeof starved {
    if (this.#left === 0) return undefined;
    if (this.reader.isEmpty) return starved;
    const bytes = this.reader.consume(this.#left);
    this.#left -= bytes.length;
    return bytes;
  }

  protected ended(): Fault {
    return fault('cut_off', 'The body ended before its Content-Length.');
  }
}

class PiecesUntilClose extends ReadPieces {
  protected read(): Buffer | typeof starved {
    return this.reader.isEmpty ? starved : this.reader.consume(Number.POSITIVE_INFINITY);
  }

  protected ended(): Fault | undefined {
    const { endedCleanly } = this.reader;
    return endedCleanly ? undefined : fault('cut_off', 'The connection broke before the body ended.');
  }
}
