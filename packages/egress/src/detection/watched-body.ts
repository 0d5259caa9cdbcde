import { Buffer } from 'node:buffer';
import type { Detector, Found } from '@clawhold/detect';
import { RequestBody } from '../proxy/request-body.ts';
import type { Field } from '../wire/field.ts';
import { type Pieces, watchPieces } from '../wire/pieces.ts';
import { detectedFault } from './finding.ts';

/** A body that is looked through as it passes. It ends with {@link detectedFault} before the piece that completes a finding. */
export class WatchedBody extends RequestBody {
  readonly #inner: RequestBody;
  readonly #detector: Detector;
  readonly #onFound: (found: Found) => void;

  constructor(inner: RequestBody, detector: Detector, onFound: (found: Found) => void) {
    super();
    this.#inner = inner;
    this.#detector = detector;
    this.#onFound = onFound;
  }

  get finished(): boolean {
    return this.#inner.finished;
  }

  get length(): number | undefined {
    return this.#inner.length;
  }

  get trailers(): readonly Field[] {
    return this.#inner.trailers;
  }

  pieces(): Pieces {
    return watchPieces(this.#inner.pieces(), (piece) => {
      if (piece !== undefined && !Buffer.isBuffer(piece)) return piece;
      return this.#isFoundIn(piece ?? this.#afterwards(), piece === undefined) ? detectedFault : piece;
    });
  }

  skip(): Promise<void> {
    return this.#inner.skip();
  }

  #afterwards(): Buffer {
    return Buffer.from(this.trailers.map(({ name, value }) => `${value}\u0001${name}\u0001`).join(''), 'latin1');
  }

  #isFoundIn(bytes: Buffer, isLast: boolean): boolean {
    const [found] = [...this.#detector.feed(bytes), ...(isLast ? this.#detector.end() : [])];
    if (found === undefined) return false;
    this.#onFound(found);
    return true;
  }
}
