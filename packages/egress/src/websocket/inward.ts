import type { MessageScrubber } from '../credentials/message-scrubber.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { send } from '../wire/send.ts';
import { type FrameHead, opcodes, writeFrame, writeFrameHead } from './frame.ts';
import { nextFrame, payloadOf, wholePayload } from './frames.ts';
import type { WebSocketSide } from './websocket-request.ts';

export interface InwardOptions {
  readonly client: WebSocketSide;
  readonly server: WebSocketSide;
  /** Bytes of payload; beyond it the connection is cut. */
  readonly cap: number;
  /** Told of each piece of payload. */
  readonly count: (bytes: number) => number;
  /** Takes secrets out; undefined for a run that has none. */
  readonly scrubber: MessageScrubber | undefined;
}

/** Carries what a server says to the client, frame by frame, its heads written anew. */
export class Inward {
  readonly #options: InwardOptions;
  #isWithinFrame = false;
  /** Of the next frame of a message that is scrubbed. */
  #opcode: number = opcodes.continuation;

  constructor(options: InwardOptions) {
    this.#options = options;
  }

  /** A frame of our own would now stand in the middle of one of the server's. */
  get isWithinFrame(): boolean {
    return this.#isWithinFrame;
  }

  async carry(): Promise<Fault | undefined> {
    const { server, scrubber } = this.#options;
    let isOpen = false;
    for (;;) {
      const head = await nextFrame(server.reader, false);
      if (head.kind === 'end') return undefined;
      if (head.kind === 'fault') return head;
      if (head.opcode < opcodes.close) {
        if ((head.opcode === opcodes.continuation) !== isOpen) return outOfOrder;
        isOpen = !head.isLast;
      }
      const problem = scrubber === undefined ? await this.#pass(head) : await this.#scrub(head, scrubber);
      if (problem !== undefined) return problem;
    }
  }

  async #pass(head: FrameHead): Promise<Fault | undefined> {
    const { client, server, cap, count } = this.#options;
    this.#isWithinFrame = true;
    await send(client.socket, writeFrameHead({ ...head, mask: undefined }));
    for await (const piece of payloadOf(server.reader, head)) {
      if (!Buffer.isBuffer(piece)) return piece;
      if (count(piece.length) > cap) return overCap;
      await send(client.socket, piece);
    }
    this.#isWithinFrame = false;
    return undefined;
  }

  /** A secret may lie across two frames, so each piece becomes a frame of its own. */
  async #scrub(head: FrameHead, scrubber: MessageScrubber): Promise<Fault | undefined> {
    const { client, server, cap, count } = this.#options;
    if (head.opcode >= opcodes.close) {
      const payload = await wholePayload(server.reader, head);
      if (!Buffer.isBuffer(payload)) return payload;
      if (count(payload.length) > cap) return overCap;
      await send(client.socket, writeFrame(head.opcode, scrubber.whole(payload)));
      return undefined;
    }
    if (head.opcode !== opcodes.continuation) this.#opcode = head.opcode;
    for await (const piece of payloadOf(server.reader, head)) {
      if (!Buffer.isBuffer(piece)) return piece;
      if (count(piece.length) > cap) return overCap;
      const passed = scrubber.push(piece);
      if (passed.length > 0) await this.#sendPart(passed, false);
    }
    if (head.isLast) await this.#sendPart(scrubber.end(), true);
    return undefined;
  }

  async #sendPart(payload: Buffer, isLast: boolean): Promise<void> {
    const head = writeFrameHead({ isLast, opcode: this.#opcode, length: payload.length, mask: undefined });
    this.#opcode = opcodes.continuation;
    await send(this.#options.client.socket, Buffer.concat([head, payload]));
  }
}

const outOfOrder: Fault = fault('frame_order', 'A message of the server begins within another.', 502);
const overCap: Fault = fault('response_cap', 'The server said more than the policy allows.', 502);
