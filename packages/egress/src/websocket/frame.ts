import { type Fault, fault } from '../wire/fault.ts';

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The head of a frame (RFC 6455, 5.2). */
export interface FrameHead {
  readonly kind: 'frame';
  readonly isLast: boolean;
  readonly opcode: number;
  /** Bytes of the payload. */
  readonly length: number;
  /** Four bytes; undefined when the payload is in the clear. */
  readonly mask: Buffer | undefined;
}

/** How many bytes a head has that begins with these; undefined when two are not there yet. */
export function headLength(bytes: Buffer): number | undefined {
  const second = bytes[1];
  if (second === undefined) return undefined;
  const short = second & 0x7f;
  return 2 + (short === 127 ? 8 : short === 126 ? 2 : 0) + (second >= 0x80 ? 4 : 0);
}

/** @param bytes a whole head. @param isMasked what the sender of it owes: clients mask, servers do not (RFC 6455, 5.1). */
export function readFrameHead(bytes: Buffer, isMasked: boolean): FrameHead | Fault {
  const first = bytes.readUInt8(0);
  const second = bytes.readUInt8(1);
  const opcode = first & 0x0f;
  const isLast = first >= 0x80;
  if ((first & 0x70) !== 0) return fault('frame_extension', 'A frame uses an extension that was not agreed on.');
  if (second >= 0x80 !== isMasked) return fault('frame_mask', 'A frame of a client is masked, one of a server is not.');
  const isControl = opcode >= 8;
  if ((opcode > opcodes.binary && !isControl) || opcode > opcodes.pong)
    return fault('frame_opcode', 'A frame is of a kind that does not exist.');
  const short = second & 0x7f;
  if (isControl && (!isLast || short > 125)) return fault('frame_control', 'A control frame is in pieces or too long.');
  const length = short === 127 ? bytes.readBigUInt64BE(2) : BigInt(short === 126 ? bytes.readUInt16BE(2) : short);
  // The shortest form only, so that a length is written in one way.
  if ((short === 126 && length < 126n) || (short === 127 && (length < 65_536n || length > maximumLength)))
    return fault('frame_length', 'The length of a frame is written in a way it may not be.');
  const mask = isMasked ? Buffer.from(bytes.subarray(bytes.length - 4)) : undefined;
  return { kind: 'frame', isLast, opcode, length: Number(length), mask };
}

const maximumLength = BigInt(Number.MAX_SAFE_INTEGER);

export function writeFrameHead({ isLast, opcode, length, mask }: Omit<FrameHead, 'kind'>): Buffer {
  const extended = length > 65_535 ? 8 : length > 125 ? 2 : 0;
  const head = Buffer.alloc(2 + extended);
  head.writeUInt8((isLast ? 0x80 : 0) | opcode, 0);
  head.writeUInt8((mask === undefined ? 0 : 0x80) | (extended === 8 ? 127 : extended === 2 ? 126 : length), 1);
  if (extended === 8) head.writeBigUInt64BE(BigInt(length), 2);
  if (extended === 2) head.writeUInt16BE(length, 2);
  return mask === undefined ? head : Buffer.concat([head, mask]);
}

/** Masks or unmasks a piece of a payload (RFC 6455, 5.3). @param offset where in the payload the piece begins. */
export function maskPiece(piece: Buffer, mask: Buffer, offset: number): Buffer {
  const result = Buffer.allocUnsafe(piece.length);
  for (let index = 0; index < piece.length; index++)
    // Both are in range: `index` is below the length, and a mask has four bytes.
    result[index] = (piece[index] ?? 0) ^ (mask[(offset + index) & 3] ?? 0);
  return result;
}

/** A whole frame. */
export function writeFrame(opcode: number, payload: Buffer, mask?: Buffer): Buffer {
  const head = writeFrameHead({ isLast: true, opcode, length: payload.length, mask });
  return Buffer.concat([head, mask === undefined ? payload : maskPiece(payload, mask, 0)]);
}

/** A frame that closes (RFC 6455, 5.5.1), with a sentence of at most 123 bytes. */
export function closeFrame(code: number, text: string): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  const words = Buffer.from(text).subarray(0, 123);
  // A letter that was cut in its middle goes as a whole.
  return writeFrame(opcodes.close, Buffer.concat([payload, Buffer.from(words.toString().replace(/\uFFFD+$/, ''))]));
}
