import { Buffer } from 'node:buffer';
import type { Detector, Found } from '@clawhold/detect';
import { RequestBody } from '../proxy/request-body.ts';
import type { Fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';
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

  async *pieces(): AsyncGenerator<Buffer | Fault, void, undefined> {
    for await (const piece of this.#inner.pieces()) {
      if (Buffer.isBuffer(piece) && this.#isFoundIn(piece)) {
        yield detectedFault;
        return;
      }
      yield piece;
    }
    const rest = this.trailers.map(({ name, value }) => `${value}\u0001${name}\u0001`).join('');
    if (this.#isFoundIn(Buffer.from(rest, 'latin1'), true)) yield detectedFault;
  }

  skip(): Promise<void> {
    return this.#inner.skip();
  }

  #isFoundIn(bytes: Buffer, isLast = false): boolean {
    const [found] = [...this.#detector.feed(bytes), ...(isLast ? this.#detector.end() : [])];
    if (found === undefined) return false;
    this.#onFound(found);
    return true;
  }
}
