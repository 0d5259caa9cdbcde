import { RequestBody } from '../proxy/request-body.ts';
import { type Fault, fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';
import { type Pieces, watchPieces } from '../wire/pieces.ts';
import { PlaceholderScanner } from './placeholder-scanner.ts';

/** A body that streams by, in which no placeholder may stand. */
export class ScannedBody extends RequestBody {
  readonly #body: RequestBody;
  readonly #onFound: () => void;
  readonly #scanner = new PlaceholderScanner();

  /** @param onFound called once, before the body ends with a fault. */
  constructor(body: RequestBody, onFound: () => void) {
    super();
    this.#body = body;
    this.#onFound = onFound;
  }

  get finished(): boolean {
    return this.#body.finished;
  }

  get length(): number | undefined {
    return this.#body.length;
  }

  get trailers(): readonly Field[] {
    return this.#body.trailers;
  }

  pieces(): Pieces {
    return watchPieces(this.#body.pieces(), (piece) => {
      if (!Buffer.isBuffer(piece) || !this.#scanner.shows(piece)) return piece;
      this.#onFound();
      return misplaced;
    });
  }

  skip(): Promise<void> {
    return this.#body.skip();
  }

  /** Whoever reads it as a whole looks for placeholders himself: there they may have their place. */
  override gather(maximum: number): Promise<Buffer | Fault> {
    return this.#body.gather(maximum);
  }
}

/** Refused while it was under way; it was not completed. */
const misplaced: Fault = fault(
  'credential_place',
  'The placeholder of a credential stands in the body, where none is filled in.',
  403,
);
