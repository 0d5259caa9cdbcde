import { type Fault, fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';

/** The body of one request, read when somebody wants it and exactly once. */
export abstract class RequestBody {
  /** True when all of it was read, or there is none. */
  abstract readonly finished: boolean;
  /** The declared length; undefined when it ends where it ends. */
  abstract readonly length: number | undefined;
  /** Fields that followed it; complete when it is finished. */
  abstract readonly trailers: readonly Field[];

  /** The content, piece by piece; a fault is the last thing that comes. */
  abstract pieces(): AsyncGenerator<Buffer | Fault, void, undefined>;

  /** Gets past a body that nobody wants, where the connection cannot go on otherwise. */
  abstract skip(): Promise<void>;

  /** All of it, when the decision depends on it. */
  async gather(maximum: number): Promise<Buffer | Fault> {
    const pieces: Buffer[] = [];
    let size = 0;
    if ((this.length ?? 0) > maximum) return tooLarge;
    for await (const piece of this.pieces()) {
      if (!Buffer.isBuffer(piece)) return piece;
      size += piece.length;
      if (size > maximum) return tooLarge;
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }
}

/** What must be read is larger than what is read. */
export const tooLarge: Fault = fault('inspected_body', 'The body is too large to be read before the decision.', 413);
