import { findPlaceholders, placeholderCore, placeholderMark } from './placeholder.ts';

/** So much of a placeholder can end a piece without being one. */
const beforeWhole = placeholderCore - 1;

/** Looks for placeholders in bytes that stream by, wherever they are cut. */
export class PlaceholderScanner {
  #tail = '';

  /** Whether one ends in this piece, also when it begins in an earlier one. What had left of it by then says nothing. */
  shows(piece: Buffer): boolean {
    const seam = this.#tail + piece.toString('latin1', 0, beforeWhole);
    const end = piece.toString('latin1', Math.max(0, piece.length - beforeWhole));
    this.#tail = (this.#tail + end).slice(-beforeWhole);
    if (findPlaceholders(seam).length > 0) return true;
    return piece.includes(placeholderMark) && findPlaceholders(piece.toString('latin1')).length > 0;
  }
}
