import { type Fault, fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';
import { noPieces, type Pieces } from '../wire/pieces.ts';
import type { Soon } from '../wire/soon.ts';

/** The memory for bodies that must be read before the decision, shared fairly between sandboxes. */
export interface BodyMemory {
  /** Gives how to give so many bytes back, when they are free. */
  take(bytes: number): Soon<() => void>;
  /** From its turn on, all of a body comes within this time. */
  readonly seconds: number;
}

/** The body of one request, read when somebody wants it and exactly once. */
export abstract class RequestBody {
  readonly #memory: BodyMemory | undefined;
  #giveBack: (() => void) | undefined;

  /** @param memory default: what is gathered is held by somebody else. */
  constructor(memory?: BodyMemory) {
    this.#memory = memory;
  }

  /** True when all of it was read, or there is none. */
  abstract readonly finished: boolean;
  /** The declared length; undefined when it ends where it ends. */
  abstract readonly length: number | undefined;
  /** Fields that followed it; complete when it is finished. */
  abstract readonly trailers: readonly Field[];

  /** The content, piece by piece; a fault is the last thing that comes. */
  abstract pieces(): Pieces;

  /** Gets past a body that nobody wants, where the connection cannot go on otherwise. */
  abstract skip(): Promise<void>;

  /** All of it, when the decision depends on it. */
  async gather(maximum: number): Promise<Buffer | Fault> {
    const amount = this.length ?? maximum;
    if (amount > maximum) return tooLarge;
    if (this.#memory === undefined || amount === 0) return this.#collect(maximum);
    this.#giveBack ??= await this.#memory.take(amount);
    let timer: NodeJS.Timeout | undefined;
    const { seconds } = this.#memory;
    const late = new Promise<Fault>((resolve) => {
      timer = setTimeout(() => resolve(tooSlow), seconds * 1_000);
    });
    try {
      return await Promise.race([this.#collect(maximum), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The exchange is over, and with it what was gathered. */
  release(): void {
    this.#giveBack?.();
  }

  async #collect(maximum: number): Promise<Buffer | Fault> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of this.pieces()) {
      if (!Buffer.isBuffer(piece)) return piece;
      size += piece.length;
      if (size > maximum) return tooLarge;
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }
}

class NoBody extends RequestBody {
  readonly finished = true;
  readonly length = 0;
  readonly trailers: readonly Field[] = [];

  pieces(): Pieces {
    return noPieces;
  }

  skip(): Promise<void> {
    return Promise.resolve();
  }
}

/** The body of a request that has none. */
export const noBody: RequestBody = new NoBody();

/** What must be read is larger than what is read. */
export const tooLarge: Fault = fault('inspected_body', 'The body is too large to be read before the decision.', 413);
const tooSlow: Fault = fault('slow_body', 'The body did not come in time to be read before the decision.', 408);
