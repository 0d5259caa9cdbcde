import { randomBytes } from 'node:crypto';
import { detectedFault } from '../detection/finding.ts';
import { type GraphqlDialect, readGraphqlMessage } from '../inspection/graphql-websocket.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { send } from '../wire/send.ts';
import { type FrameHead, maskPiece, opcodes, writeFrame, writeFrameHead } from './frame.ts';
import { nextFrame, payloadOf, wholePayload } from './frames.ts';
import type { MessageGate, Passage } from './message-gate.ts';
import type { WebSocketSide } from './websocket-request.ts';

/** How the way from the client to the server ended, when it was not by its own end. */
export type Stopped = Fault | { readonly kind: 'refused'; readonly text: string };

export interface OutwardOptions {
  readonly client: WebSocketSide;
  readonly server: WebSocketSide;
  readonly gate: MessageGate;
  /** Set when text messages are read; else only their kind is decided on, and they stream. */
  readonly dialect: GraphqlDialect | undefined;
  /** Bytes of a message; of one that is read. */
  readonly messageBytes: number;
  readonly readBytes: number;
  /** Frames of a message. */
  readonly fragments: number;
  /** Looks for values that leave with no message; true when one is in what passed so far. */
  readonly watch: ((payload: Buffer) => boolean) | undefined;
  /** Called with bytes before they leave; says why they may not. */
  readonly take: (bytes: number) => Promise<Stopped | undefined>;
}

/** The message of which frames are coming. */
interface Current {
  readonly passage: Extract<Passage, { kind: 'passed' }> | undefined;
  /** What was read of it, when it is read before it is decided. */
  readonly pieces: Buffer[] | undefined;
  bytes: number;
  frames: number;
}

/** Carries the messages of a client to the server, each when it was decided. Frames are written anew, with masks of our own. */
export async function carryOutward(options: OutwardOptions): Promise<Stopped | undefined> {
  const { client } = options;
  let current: Current | undefined;
  for (;;) {
    const head = await nextFrame(client.reader, true);
    if (head.kind === 'end') return undefined;
    if (head.kind === 'fault') return head;
    if (head.opcode >= opcodes.close) {
      const stopped = await passControl(options, head);
      if (stopped !== undefined) return stopped;
      continue;
    }
    if ((head.opcode === opcodes.continuation) !== (current !== undefined)) return outOfOrder;
    const begun: Current | Stopped = current ?? (await begin(options, head));
    if ('kind' in begun) return begun;
    begun.bytes += head.length;
    begun.frames++;
    const maximum = begun.pieces === undefined ? options.messageBytes : options.readBytes;
    if (begun.bytes > maximum) return tooLong;
    if (begun.frames > options.fragments) return tooManyFrames;
    const stopped =
      begun.pieces === undefined ? await stream(options, head) : await collect(options, head, begun.pieces);
    if (stopped !== undefined) return stopped;
    current = head.isLast ? undefined : begun;
    if (!head.isLast) continue;
    const kept = begun.pieces === undefined ? undefined : await decideOnText(options, Buffer.concat(begun.pieces));
    if (kept !== undefined) return kept;
    begun.passage?.sent();
  }
}

/** A message whose kind is all that rules are about is decided with its first frame. */
async function begin({ gate, dialect }: OutwardOptions, { opcode }: FrameHead): Promise<Current | Stopped> {
  if (dialect !== undefined && opcode === opcodes.text) return { passage: undefined, pieces: [], bytes: 0, frames: 0 };
  const frame = opcode === opcodes.text ? 'text' : 'binary';
  const passage = await gate.pass({ message: { protocol: 'websocket', frame }, content: {} }, undefined);
  return passage.kind === 'passed' ? { passage, pieces: undefined, bytes: 0, frames: 0 } : passage;
}

async function stream({ client, server, take, watch }: OutwardOptions, head: FrameHead): Promise<Stopped | undefined> {
  const mask = randomBytes(4);
  const written = writeFrameHead({ ...head, mask });
  const stopped = await take(written.length);
  if (stopped !== undefined) return stopped;
  await send(server.socket, written);
  let offset = 0;
  for await (const piece of payloadOf(client.reader, head)) {
    if (!Buffer.isBuffer(piece)) return piece;
    if (watch?.(piece) === true) return detectedFault;
    const over = await take(piece.length);
    if (over !== undefined) return over;
    await send(server.socket, maskPiece(piece, mask, offset));
    offset += piece.length;
  }
  return undefined;
}

async function collect({ client }: OutwardOptions, head: FrameHead, pieces: Buffer[]): Promise<Stopped | undefined> {
  const payload = await wholePayload(client.reader, head);
  if (!Buffer.isBuffer(payload)) return payload;
  pieces.push(payload);
  return undefined;
}

/** Decides on a message that was read, and sends it in one frame. */
async function decideOnText(options: OutwardOptions, text: Buffer): Promise<Stopped | undefined> {
  const { gate, dialect } = options;
  if (dialect === undefined) return undefined;
  const read = readGraphqlMessage(text, dialect);
  if ('kind' in read && read.kind === 'fault') return read;
  const passage = 'message' in read ? await gate.pass(read, text) : undefined;
  if (passage !== undefined && passage.kind !== 'passed') return passage;
  const stopped = await sendWhole(options, opcodes.text, text);
  if (stopped === undefined) passage?.sent();
  return stopped;
}

async function passControl(options: OutwardOptions, head: FrameHead): Promise<Stopped | undefined> {
  const payload = await wholePayload(options.client.reader, head);
  return Buffer.isBuffer(payload) ? sendWhole(options, head.opcode, payload) : payload;
}

async function sendWhole(
  { server, take, watch }: OutwardOptions,
  opcode: number,
  payload: Buffer,
): Promise<Stopped | undefined> {
  if (watch?.(payload) === true) return detectedFault;
  const frame = writeFrame(opcode, payload, randomBytes(4));
  const stopped = await take(frame.length);
  if (stopped === undefined) await send(server.socket, frame);
  return stopped;
}

const outOfOrder: Fault = fault('frame_order', 'A message begins within another, or goes on without having begun.');
const tooLong: Fault = fault('message_size', 'A message is larger than what is let through.', 413);
const tooManyFrames: Fault = fault('message_frames', 'A message comes in too many pieces.', 413);
