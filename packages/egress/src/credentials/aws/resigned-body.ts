import type { Outgoing } from '../../proxy/forward.ts';
import { RequestBody } from '../../proxy/request-body.ts';
import { type Fault, fault } from '../../wire/fault.ts';
import type { Field } from '../../wire/field.ts';
import { type Pieces, piecesBefore, piecesOf } from '../../wire/pieces.ts';
import type { ChunkSigner } from './chunk-signer.ts';

/** `10000;chunk-signature=` with 64 digits; the size counts bytes in hexadecimal. */
const chunkHead = /^([0-9a-fA-F]{1,8});chunk-signature=[0-9a-f]{64}$/;
const trailerSignature = 'x-amz-trailer-signature:';
/** Bytes of the head of a chunk, and of a trailer; how many of those. */
const [maximumLine, maximumTrailers] = [1_024, 16];

/**
 * A body in chunks that were signed by whoever does not have the key (`aws-chunked`), with signatures of the key. A signature
 * stands before its data, so each chunk is held until it is whole. Nothing changes its length.
 */
export class ResignedBody extends RequestBody {
  readonly #body: Outgoing;
  readonly #signer: ChunkSigner;
  readonly #maximumChunk: number;
  #held: Buffer = Buffer.alloc(0);

  /** @param maximumChunk bytes of data; a larger chunk ends the body with a fault. */
  constructor(body: Outgoing, signer: ChunkSigner, maximumChunk: number) {
    super();
    this.#body = body;
    this.#signer = signer;
    this.#maximumChunk = maximumChunk;
  }

  get finished(): boolean {
    return Buffer.isBuffer(this.#body) || this.#body.finished;
  }

  get length(): number | undefined {
    return this.#body.length;
  }

  get trailers(): readonly Field[] {
    return Buffer.isBuffer(this.#body) ? [] : this.#body.trailers;
  }

  skip(): Promise<void> {
    return Buffer.isBuffer(this.#body) ? Promise.resolve() : this.#body.skip();
  }

  pieces(): Pieces {
    return piecesOf(this.#signed(Buffer.isBuffer(this.#body) ? piecesBefore(this.#body) : this.#body.pieces()));
  }

  async *#signed(source: Pieces): AsyncGenerator<Buffer | Fault, void, undefined> {
    for (;;) {
      const head = await this.#line(source);
      if (typeof head !== 'string') return yield head;
      const digits = chunkHead.exec(head)?.[1];
      if (digits === undefined) return yield malformed;
      const size = Number.parseInt(digits, 16);
      if (size > this.#maximumChunk) return yield tooLarge;
      const data = await this.#take(source, size);
      if (!Buffer.isBuffer(data)) return yield data;
      const line = `${digits};chunk-signature=${this.#signer.signChunk(data)}\r\n`;
      if (size === 0) {
        yield Buffer.from(line);
        break;
      }
      const end = await this.#take(source, 2);
      if (!Buffer.isBuffer(end)) return yield end;
      if (end.toString('latin1') !== '\r\n') return yield malformed;
      yield Buffer.concat([Buffer.from(line), data, end]);
    }
    yield* this.#rest(source);
  }

  /** What follows the last chunk: trailers with their signature, and an empty line. */
  async *#rest(source: Pieces): AsyncGenerator<Buffer | Fault, void, undefined> {
    const lines: string[] = [];
    let isSigned = false;
    for (;;) {
      const line = await this.#line(source);
      if (typeof line !== 'string') return yield line;
      if (line === '') break;
      if (isSigned) return yield malformed;
      if (line.startsWith(trailerSignature)) {
        isSigned = true;
        yield Buffer.from(`${trailerSignature}${this.#signer.signTrailer(lines)}\r\n`);
      } else {
        // Some programs end a trailer with the line feed that is signed, and the end of the line besides.
        lines.push(line.replace(/\n$/, ''));
        if (lines.length > maximumTrailers || !/^[a-z0-9-]+:[\x20-\x7e]*\n?$/.test(line)) return yield malformed;
        yield Buffer.from(`${line}\r\n`, 'latin1');
      }
    }
    yield Buffer.from('\r\n');
    // Behind its end nothing is signed.
    if (this.#held.length > 0 || (await this.#fill(source)) !== 'end') yield malformed;
  }

  async #line(source: Pieces): Promise<string | Fault> {
    for (;;) {
      const end = this.#held.indexOf('\r\n');
      if (end > maximumLine || (end === -1 && this.#held.length > maximumLine)) return malformed;
      if (end !== -1) {
        const line = this.#held.toString('latin1', 0, end);
        this.#held = this.#held.subarray(end + 2);
        return line;
      }
      const filled = await this.#fill(source);
      if (filled === 'end') return malformed;
      if (filled !== undefined) return filled;
    }
  }

  async #take(source: Pieces, size: number): Promise<Buffer | Fault> {
    const pieces: Buffer[] = [];
    for (let left = size; left > 0; ) {
      if (this.#held.length === 0) {
        const filled = await this.#fill(source);
        if (filled === 'end') return malformed;
        if (filled !== undefined) return filled;
      }
      const piece = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(piece.length);
      left -= piece.length;
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  async #fill(source: Pieces): Promise<'end' | Fault | undefined> {
    const piece = await source.next();
    if (piece === undefined) return 'end';
    if (!Buffer.isBuffer(piece)) return piece;
    this.#held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    return undefined;
  }
}

const malformed: Fault = fault('signed_chunks', 'The body is not in the signed chunks that its head announces.');
const tooLarge: Fault = fault('signed_chunk_size', 'A signed chunk is larger than what is held to sign it anew.', 413);
