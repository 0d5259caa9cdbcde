import { ClawholdError } from '@clawhold/spec';
import { longestFrame } from './wire.ts';

/** One frame from the launcher; the fields are read in the order of its type. */
export interface Frame {
  readonly type: number;
  readonly id: number;
  readonly fields: FieldReader;
}

export function launcherBroken(): ClawholdError {
  return new ClawholdError('sandbox_launcher_broken', 'The launcher sent something that is not in its protocol.', {
    hint: 'Build the launcher again; it must be of the same version as the supervisor.',
  });
}

/** Reads the fields of a frame. */
export class FieldReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#at = 0;
  }

  u8(): number {
    return this.#take(1).readUInt8();
  }

  flag(): boolean {
    return this.u8() !== 0;
  }

  u32(): number {
    return this.#take(4).readUInt32LE();
  }

  /** Numbers beyond 2^53 do not occur. */
  u64(): number {
    return Number(this.#take(8).readBigUInt64LE());
  }

  bytes(): Buffer {
    return this.#take(this.u32());
  }

  text(): string {
    const bytes = this.bytes();
    if (bytes.at(-1) !== 0) throw launcherBroken();
    return bytes.toString('utf8', 0, bytes.length - 1);
  }

  list<Item>(read: () => Item): Item[] {
    return Array.from({ length: this.u32() }, read);
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw launcherBroken();
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** @throws ClawholdError `sandbox_launcher_broken` */
  *push(chunk: Buffer): Generator<Frame> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 4) {
      const length = this.#rest.readUInt32LE(0);
      if (length < 5 || length > longestFrame) throw launcherBroken();
      if (this.#rest.length < 4 + length) return;
      const frame = this.#rest.subarray(4, 4 + length);
      this.#rest = this.#rest.subarray(4 + length);
      yield { type: frame.readUInt8(0), id: frame.readUInt32LE(1), fields: new FieldReader(frame.subarray(5)) };
    }
  }
}
