import type { ByteReader } from './byte-reader.ts';
import type { Fault } from './fault.ts';
import type { Soon } from './soon.ts';

/** The next bytes of a body, or undefined at its end. A fault says that it is not whole; nothing is asked for after it. */
export type Piece = Buffer | Fault | undefined;

/** A body on its way. */
export abstract class Pieces {
  /** At once where it is there. */
  abstract next(): Soon<Piece>;

  /** For readers that are in no hurry. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer | Fault, void, undefined> {
    for (;;) {
      const piece = await this.next();
      if (piece === undefined) return;
      yield piece;
      if (!Buffer.isBuffer(piece)) return;
    }
  }
}

/** More bytes are needed for the next piece. */
export const starved: unique symbol = Symbol('starved');

/** Pieces that are read off a connection. */
export abstract class ReadPieces extends Pieces {
  protected readonly reader: ByteReader;

  constructor(reader: ByteReader) {
    super();
    this.reader = reader;
  }

  next(): Soon<Piece> {
    const piece = this.read();
    return piece === starved ? this.#wait() : piece;
  }

  /** The next piece out of what has arrived. */
  protected abstract read(): Piece | typeof starved;

  /** What it means that no more bytes come. */
  protected abstract ended(): Fault | undefined;

  async #wait(): Promise<Piece> {
    while (await this.reader.fill()) {
      const piece = this.read();
      if (piece !== starved) return piece;
    }
    return this.ended();
  }
}

/** What is done with a piece; anything but undefined is the last. */
export type Take<Outcome> = (piece: Buffer | Fault) => Soon<Outcome | undefined>;

/** Hands on each piece, one after the other, up to the one that is taken as the last, or to the end. */
export function takeEach<Outcome>(pieces: Pieces, take: Take<Outcome>): Soon<Outcome | undefined> {
  for (;;) {
    const piece = pieces.next();
    if (piece === undefined) return undefined;
    if (piece instanceof Promise) return takeRest(pieces, take, piece);
    const taken = take(piece);
    if (taken instanceof Promise) return taken.then((outcome) => outcome ?? takeRest(pieces, take, pieces.next()));
    if (taken !== undefined) return taken;
  }
}

/** From the first one on that was waited for. */
async function takeRest<Outcome>(
  pieces: Pieces,
  take: Take<Outcome>,
  first: Soon<Piece>,
): Promise<Outcome | undefined> {
  for (let piece = await first; piece !== undefined; ) {
    const taking = take(piece);
    const outcome = taking instanceof Promise ? await taking : taking;
    if (outcome !== undefined) return outcome;
    const next = pieces.next();
    piece = next instanceof Promise ? await next : next;
  }
  return undefined;
}

class NoPieces extends Pieces {
  next(): undefined {}
}

/** The body of a message that has none. */
export const noPieces: Pieces = new NoPieces();

class Watched extends Pieces {
  readonly #pieces: Pieces;
  readonly #look: (piece: Piece) => Piece;

  constructor(pieces: Pieces, look: (piece: Piece) => Piece) {
    super();
    this.#pieces = pieces;
    this.#look = look;
  }

  next(): Soon<Piece> {
    const piece = this.#pieces.next();
    return piece instanceof Promise ? piece.then(this.#look) : this.#look(piece);
  }
}

/** @param look sees each piece and the end, and says what comes in its place; a fault for bytes ends it. */
export function watchPieces(pieces: Pieces, look: (piece: Piece) => Piece): Pieces {
  return new Watched(pieces, look);
}

/** @param whole called at the end, when nothing was wrong up to there. */
export function whenWhole(pieces: Pieces, whole: () => void): Pieces {
  return watchPieces(pieces, (piece) => {
    if (piece === undefined) whole();
    return piece;
  });
}

class Preceded extends Pieces {
  #first: Buffer | undefined;
  readonly #rest: Pieces;

  constructor(first: Buffer, rest: Pieces) {
    super();
    this.#first = first;
    this.#rest = rest;
  }

  next(): Soon<Piece> {
    const first = this.#first;
    this.#first = undefined;
    return first ?? this.#rest.next();
  }
}

/** A body of which the beginning was read already. */
export function piecesBefore(first: Buffer, rest: Pieces = noPieces): Pieces {
  return new Preceded(first, rest);
}

class Generated extends Pieces {
  readonly #source: AsyncIterator<Buffer | Fault, void, undefined>;

  constructor(source: AsyncIterator<Buffer | Fault, void, undefined>) {
    super();
    this.#source = source;
  }

  async next(): Promise<Piece> {
    const { value } = await this.#source.next();
    return value ?? undefined;
  }
}

/** A body that is written as a generator. */
export function piecesOf(source: AsyncIterator<Buffer | Fault, void, undefined>): Pieces {
  return new Generated(source);
}
