import { frameHeaderBytes } from './wire.ts';

/** Builds one frame, field by field. */
export class FrameWriter {
  readonly #parts: Buffer[] = [];
  #length = 0;

  u32(value: number): this {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32LE(value);
    return this.#add(bytes);
  }

  u64(value: number): this {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return this.#add(bytes);
  }

  bytes(value: Uint8Array): this {
    return this.u32(value.length).#add(value);
  }

  /** @throws RangeError when the text holds a zero, which the C side could only cut off. */
  text(value: string): this {
    if (value.includes('\0')) throw new RangeError('a text for the launcher holds a zero character');
    return this.bytes(Buffer.from(`${value}\0`));
  }

  list<Item>(items: readonly Item[], write: (item: Item) => void): this {
    this.u32(items.length);
    for (const item of items) write(item);
    return this;
  }

  frame(type: number, id: number): Buffer {
    const header = Buffer.allocUnsafe(frameHeaderBytes);
    header.writeUInt32LE(frameHeaderBytes - 4 + this.#length, 0);
    header.writeUInt8(type, 4);
    header.writeUInt32LE(id, 5);
    return Buffer.concat([header, ...this.#parts]);
  }

  #add(bytes: Uint8Array): this {
    this.#parts.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#length += bytes.length;
    return this;
  }
}
