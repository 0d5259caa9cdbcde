import { randomBytes } from 'node:crypto';
import type { MessageCredentials } from '../credentials/message-credentials.ts';
import { detectedFault } from '../detection/finding.ts';
import { type GraphqlDialect, readGraphqlMessage } from '../inspection/graphql-websocket.ts';
import type { MessageGate, Passage } from '../proxy/message-gate.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { send } from '../wire/send.ts';
import { type FrameHead, maskPiece, opcodes, writeFrame, writeFrameHead } from './frame.ts';
import { nextFrame, payloadOf, wholePayload } from './frames.ts';
import type { WebSocketSide } from './websocket-request.ts';

/** How the way from the client to the server ended, when it was not by its own end. */
export type Stopped = Fault | { readonly kind: 'refused'; readonly text: string };

export interface OutwardOptions {
  readonly client: WebSocketSide;
  readonly server: WebSocketSide;
  readonly gate: MessageGate;
  readonly credentials: MessageCredentials;
  /** Set when operations in text messages are decided on; else only their kind is. */
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

type Passed = Extract<Passage, { kind: 'passed' }>;

/** The message of which frames are coming. */
interface Current {
  readonly passage: Passed | undefined;
  /** What was read of it, when it leaves as a whole; else it streams. */
  readonly pieces: Buffer[] | undefined;
  /** Looks through one that streams. */
  readonly misuse: ReturnType<MessageCredentials['watch']>;
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
      begun.pieces === undefined
        ? await stream(options, head, begun.misuse)
        : await collect(options, head, begun.pieces);
    if (stopped !== undefined) return stopped;
    current = head.isLast ? undefined : begun;
    if (!head.isLast) continue;
    if (begun.pieces === undefined) begun.passage?.sent();
    else {
      const kept = await passWhole(options, begun.passage, Buffer.concat(begun.pieces));
      if (kept !== undefined) return kept;
    }
  }
}

/** A message whose kind is all that rules are about is decided with its first frame. */
async function begin(
  { gate, dialect, credentials }: OutwardOptions,
  { opcode }: FrameHead,
): Promise<Current | Stopped> {
  const isText = opcode === opcodes.text;
  const start = { misuse: credentials.watch(), bytes: 0, frames: 0 };
  if (dialect !== undefined && isText) return { ...start, passage: undefined, pieces: [] };
  const frame = isText ? 'text' : 'binary';
  const passage = await gate.pass({ message: { protocol: 'websocket', frame }, content: {} }, undefined);
  if (passage.kind !== 'passed') return passage;
  return { ...start, passage, pieces: isText && credentials.readsTexts ? [] : undefined };
}

async function stream(
  { client, server, take, watch }: OutwardOptions,
  head: FrameHead,
  misuse: Current['misuse'],
): Promise<Stopped | undefined> {
  const mask = randomBytes(4);
  const written = writeFrameHead({ ...head, mask });
  const stopped = await take(written.length);
  if (stopped !== undefined) return stopped;
  await send(server.socket, written);
  let offset = 0;
  for await (const piece of payloadOf(client.reader, head)) {
    if (!Buffer.isBuffer(piece)) return piece;
    if (watch?.(piece) === true) return detectedFault;
    const objection = misuse(piece) ?? (await take(piece.length));
    if (objection !== undefined) return objection;
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

/** Decides on a message that was read where that was not done yet, and sends it in one frame, with its credentials. */
async function passWhole(
  options: OutwardOptions,
  decided: Passed | undefined,
  text: Buffer,
): Promise<Stopped | undefined> {
  const passage = decided ?? (await decideOnText(options, text));
  if (passage !== undefined && passage.kind !== 'passed') return passage;
  if (options.watch?.(text) === true) return detectedFault;
  const filled = await options.credentials.fill(text, passage?.credentials ?? []);
  if (!Buffer.isBuffer(filled)) return filled;
  const stopped = await sendWhole(options, opcodes.text, filled);
  if (stopped === undefined) passage?.sent();
  return stopped;
}

/** Undefined for a message of the protocol that no rule is about. */
async function decideOnText({ gate, dialect }: OutwardOptions, text: Buffer): Promise<Passage | undefined> {
  if (dialect === undefined) return undefined;
  const read = readGraphqlMessage(text, dialect);
  if ('kind' in read && read.kind === 'fault') return read;
  return 'message' in read ? gate.pass(read, text) : undefined;
}

async function passControl(options: OutwardOptions, head: FrameHead): Promise<Stopped | undefined> {
  const payload = await wholePayload(options.client.reader, head);
  if (!Buffer.isBuffer(payload)) return payload;
  if (options.watch?.(payload) === true) return detectedFault;
  return options.credentials.watch()(payload) ?? sendWhole(options, head.opcode, payload);
}

async function sendWhole(
  { server, take }: OutwardOptions,
  opcode: number,
  payload: Buffer,
): Promise<Stopped | undefined> {
  const frame = writeFrame(opcode, payload, randomBytes(4));
  const stopped = await take(frame.length);
  if (stopped === undefined) await send(server.socket, frame);
  return stopped;
}

const outOfOrder: Fault = fault('frame_order', 'A message begins within another, or goes on without having begun.');
const tooLong: Fault = fault('message_size', 'A message is larger than what is let through.', 413);
const tooManyFrames: Fault = fault('message_frames', 'A message comes in too many pieces.', 413);
