import type { Detector, Found } from '../detector.ts';
import { allEscapes, type Escapes, Peeler } from '../reading/peel.ts';
import { Matcher } from './matcher.ts';
import { normalForm } from './normal-form.ts';
import { createPatternTable } from './pattern-table.ts';
import { createPieceTable } from './piece-table.ts';
import { assembled, type Piece, PieceReader, piecesIn } from './pieces.ts';
import { windowBytes } from './window.ts';

/** A value that is known beforehand and must not leave. */
export interface Known {
  readonly kind: 'canary' | 'secret';
  readonly value: string;
}

/** Values made ready to be looked for in any number of streams. */
export interface ExactValues {
  detector(): Detector;
  /** What a {@link detector} would find first in a text that is there as a whole; costs less. */
  find(text: Uint8Array): Found | undefined;
  /** Parts of values, each at least a quarter of one, as it is, in hexadecimal or in base64. */
  piecesIn(text: Uint8Array): readonly Piece[];
  /** The value that pieces make up, of one text or several, in whatever order. */
  assembled(pieces: readonly Piece[]): Found | undefined;
}

/** In so many bytes at the beginning of a stream pieces of values are put together: few messages that people write are longer. */
const readForPieces = 16 * 1_024;
/** So many layers of escapes are taken off a text. */
const layers = 2;

/** Whether a value is long enough to be told from chance: 12 letters and digits. */
export function canBeLookedFor(value: string): boolean {
  return normalForm(new TextEncoder().encode(value)).length >= windowBytes;
}

/**
 * Prepares values to be found however they are spelled (`spellings.ts`), nested two deep.
 * @throws RangeError for a value that {@link canBeLookedFor} refuses.
 */
export function prepareExactValues(values: readonly Known[]): ExactValues {
  if (!values.every(({ value }) => canBeLookedFor(value)))
    throw new RangeError(`A value of fewer than ${windowBytes} characters cannot be told from chance.`);
  const table = createPatternTable(values);
  const pieceTable = createPieceTable(values);
  // One for all texts: to make it takes longer than to read a short one.
  const matcher = new Matcher(table);
  return {
    detector: () => new ExactDetector(new Matcher(table), new PieceReader(pieceTable)),
    find(text) {
      matcher.begin();
      return firstIn(text, matcher);
    },
    piecesIn: (text) => piecesIn(text, pieceTable),
    assembled,
  };
}

function firstIn(text: Uint8Array, matcher: Matcher): Known | undefined {
  let first: Known | undefined;
  const tell = (known: Known): void => {
    first ??= known;
  };
  const layer = new Layer(matcher, layers);
  layer.feed(text, tell);
  layer.end(tell);
  return first;
}

class ExactDetector implements Detector {
  readonly #told = new Set<Known>();
  readonly #layer: Layer;
  readonly #pieces: PieceReader;
  #toRead = readForPieces;

  constructor(matcher: Matcher, pieces: PieceReader) {
    this.#layer = new Layer(matcher, layers);
    this.#pieces = pieces;
  }

  feed(bytes: Uint8Array): readonly Found[] {
    return this.#collect((tell) => {
      this.#layer.feed(bytes, tell);
      const whole = this.#feedPieces(bytes);
      if (whole !== undefined) tell(whole);
    });
  }

  #feedPieces(bytes: Uint8Array): Known | undefined {
    if (this.#toRead === 0) return undefined;
    const read = bytes.subarray(0, this.#toRead);
    this.#toRead -= read.length;
    this.#pieces.feed(read);
    const pieces = this.#pieces.pieces();
    return pieces.length === 0 ? undefined : assembled(pieces);
  }

  end(): readonly Found[] {
    return this.#collect((tell) => this.#layer.end(tell));
  }

  #collect(look: (tell: (known: Known) => void) => void): readonly Found[] {
    const found: Found[] = [];
    look((known) => {
      if (this.#told.has(known)) return;
      this.#told.add(known);
      found.push(known);
    });
    return found;
  }
}

/** The text under so many layers of escapes, and what is below each of its escapes. */
class Layer {
  readonly #matcher: Matcher;
  readonly #below: readonly Below[];

  constructor(matcher: Matcher, below: number) {
    this.#matcher = matcher;
    // Each way to escape by itself: a value may hold by chance what the other one means.
    this.#below = below === 0 ? [] : allEscapes.map((escapes) => new Below(escapes, below - 1));
  }

  feed(bytes: Uint8Array, tell: (known: Known) => void): void {
    for (const below of this.#below) below.feed(bytes, this.#matcher, tell);
    this.#matcher.feed(bytes, ({ known }) => tell(known));
  }

  end(tell: (known: Known) => void): void {
    for (const below of this.#below) below.end(tell);
  }
}

/** What one way to escape hides; it begins where there is something to take off. */
class Below {
  readonly #escapes: Escapes;
  readonly #depth: number;
  #hidden: { readonly peeler: Peeler; readonly layer: Layer } | undefined;

  constructor(escapes: Escapes, depth: number) {
    this.#escapes = escapes;
    this.#depth = depth;
  }

  /** @param above has seen everything before these bytes. */
  feed(bytes: Uint8Array, above: Matcher, tell: (known: Known) => void): void {
    if (this.#hidden === undefined && bytes.includes(this.#escapes))
      this.#hidden = { peeler: new Peeler(this.#escapes), layer: new Layer(above.fork(), this.#depth) };
    this.#hidden?.layer.feed(this.#hidden.peeler.peel(bytes), tell);
  }

  end(tell: (known: Known) => void): void {
    this.#hidden?.layer.feed(this.#hidden.peeler.end(), tell);
    this.#hidden?.layer.end(tell);
  }
}
