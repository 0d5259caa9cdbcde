import type { ByteReader } from '../wire/byte-reader.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { type FrameHead, headLength, maskPiece, readFrameHead } from './frame.ts';

/** The connection ended between two frames. */
interface NoFrame {
  readonly kind: 'end';
}

/** Takes the head of the next frame off a connection. */
export async function nextFrame(reader: ByteReader, isMasked: boolean): Promise<FrameHead | NoFrame | Fault> {
  for (;;) {
    const length = headLength(reader.held);
    if (length !== undefined && reader.held.length >= length) return readFrameHead(reader.consume(length), isMasked);
    if (await reader.fill()) continue;
    return reader.isEmpty ? { kind: 'end' } : cutOff;
  }
}

/** The payload of a frame in the clear, as it comes; a fault is the last thing. */
export async function* payloadOf(
  reader: ByteReader,
  { length, mask }: FrameHead,
): AsyncGenerator<Buffer | Fault, void, undefined> {
  for (let offset = 0; offset < length; ) {
    if (reader.isEmpty && !(await reader.fill())) return yield cutOff;
    const piece = reader.consume(length - offset);
    yield mask === undefined ? piece : maskPiece(piece, mask, offset);
    offset += piece.length;
  }
}

/** All of a payload that is known to be small. */
export async function wholePayload(reader: ByteReader, head: FrameHead): Promise<Buffer | Fault> {
  const pieces: Buffer[] = [];
  for await (const piece of payloadOf(reader, head)) {
    if (!Buffer.isBuffer(piece)) return piece;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const cutOff: Fault = fault('cut_off', 'The connection ended within a frame.');
