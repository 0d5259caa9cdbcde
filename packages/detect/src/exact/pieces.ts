import { Buffer } from 'node:buffer';
import type { Known } from './exact-values.ts';
import { normalByte } from './normal-form.ts';
import {
  firstOfWindow,
  gramBytes,
  movedSorts,
  movedWindow,
  type PieceTable,
  type Spelling,
  type Start,
} from './piece-table.ts';

/** A part of a known value that stands in a text. */
export interface Piece {
  readonly known: Known;
  /** Which part, in bytes of the value, from 0 to {@link length}. */
  readonly from: number;
  readonly to: number;
  readonly length: number;
  /** What may be missing at either end: base64 shares some bits there with what stands beside. Bytes. */
  readonly lost: number;
}

/** A piece is at least this part of its value: many small ones would be found in any long text. */
const leastPart = 1 / 4;

const percent = 0x25;
const nothing: Uint8Array = new Uint8Array(0);

/**
 * Reads the pieces of values in a text, each as long as it is. What separates their letters and digits does not count, nor
 * does it that some are percent-encoded.
 */
export class PieceReader {
  readonly #table: PieceTable;
  readonly #complete: Piece[] = [];
  #growing: readonly Growing[] = [];
  #window = 0;
  #sorts = 0;
  /** An escape that began at the end of what came: at most two bytes. */
  #begun = nothing;

  constructor(table: PieceTable) {
    this.#table = table;
  }

  feed(bytes: Uint8Array): void {
    const text = this.#begun.length === 0 ? bytes : Buffer.concat([this.#begun, bytes]);
    const end = endOfWhole(text);
    this.#begun = end === text.length ? nothing : text.subarray(end);
    this.#read(text, end);
  }

  /** Those that were read so far, with what has begun. */
  pieces(): readonly Piece[] {
    if (this.#growing.length === 0) return this.#complete;
    return [...this.#complete, ...this.#growing.flatMap((piece) => piece.piece() ?? [])];
  }

  #read(text: Uint8Array, end: number): void {
    const { candidates, byWindow } = this.#table;
    let window = this.#window;
    let sorts = this.#sorts;
    for (let index = 0; index < end; index++) {
      // Within the text by the loop.
      let byte = text[index] as number;
      if (byte === percent) {
        const escaped = escapedByte(text, index);
        if (escaped !== undefined) {
          byte = escaped;
          index += 2;
        }
      }
      byte = normalByte(byte);
      if (byte === 0) continue;
      window = movedWindow(window, byte);
      sorts = movedSorts(sorts, byte);
      if (this.#growing.length > 0) this.#grow(byte);
      if (candidates[firstOfWindow(window)] === 1) this.#begin(byWindow.get(window) ?? [], sorts);
    }
    this.#window = window;
    this.#sorts = sorts;
  }

  #grow(byte: number): void {
    const before = this.#growing;
    this.#growing = before.filter((piece) => piece.grows(byte));
    for (const grown of before) {
      const piece = this.#growing.includes(grown) ? undefined : grown.piece();
      if (piece !== undefined) this.#complete.push(piece);
    }
  }

  #begin(starts: readonly Start[], sorts: number): void {
    const begun = starts
      .filter((start) => start.sorts === sorts)
      .filter(({ spelling, at }) => !this.#growing.some((piece) => piece.isAt(spelling, at + gramBytes)))
      .map(({ spelling, at }) => new Growing(spelling, at));
    if (begun.length > 0) this.#growing = [...this.#growing, ...begun];
  }
}

export function piecesIn(text: Uint8Array, table: PieceTable): readonly Piece[] {
  const reader = new PieceReader(table);
  reader.feed(text);
  return reader.pieces();
}

/** The value that is there as a whole when all pieces are put together. */
export function assembled(pieces: readonly Piece[]): Known | undefined {
  const values = [...new Set(pieces.map(({ known }) => known))];
  return values.find((value) => areWhole(pieces.filter(({ known }) => known === value)));
}

function areWhole(pieces: readonly Piece[]): boolean {
  let last = { to: 0, lost: 0 };
  for (const piece of pieces.toSorted((a, b) => a.from - b.from)) {
    if (piece.from - last.to > Math.max(piece.lost, last.lost)) return false;
    if (piece.to > last.to) last = piece;
  }
  return (pieces[0]?.length ?? 0) - last.to <= last.lost;
}

/** A piece that goes on as long as the text is that of its spelling. */
class Growing {
  readonly #spelling: Spelling;
  readonly #start: number;
  #end: number;

  constructor(spelling: Spelling, start: number) {
    this.#spelling = spelling;
    this.#start = start;
    this.#end = start + gramBytes;
  }

  isAt(spelling: Spelling, end: number): boolean {
    return this.#spelling === spelling && this.#end === end;
  }

  grows(byte: number): boolean {
    if (this.#spelling.bytes[this.#end] !== byte) return false;
    this.#end++;
    return true;
  }

  /** Undefined for one that is too short to count. */
  piece(): Piece | undefined {
    const { known, length, lost } = this.#spelling;
    const [from = 0, to = 0] = [this.#spelling.from[this.#start], this.#spelling.to[this.#end - 1]];
    return to - from < length * leastPart ? undefined : { known, from, to, length, lost };
  }
}

function escapedByte(text: Uint8Array, index: number): number | undefined {
  const digits = String.fromCharCode(text[index + 1] ?? 0, text[index + 2] ?? 0);
  return /^[0-9a-f]{2}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

/** Where an escape begins that does not end in the text; else where the text ends. */
function endOfWhole(text: Uint8Array): number {
  const { length } = text;
  if (text[length - 1] === percent) return length - 1;
  return text[length - 2] === percent ? length - 2 : length;
}
