import { type Fault, fault } from '../wire/fault.ts';
import { send } from '../wire/send.ts';
import { opcodes, writeFrameHead } from './frame.ts';
import { nextFrame, payloadOf } from './frames.ts';
import type { WebSocketSide } from './websocket-request.ts';

export interface InwardOptions {
  readonly client: WebSocketSide;
  readonly server: WebSocketSide;
  /** Bytes of payload; beyond it the connection is cut. */
  readonly cap: number;
  /** Told of each piece of payload. */
  readonly count: (bytes: number) => number;
}

/** Carries what a server says to the client, frame by frame, its heads written anew. */
export class Inward {
  readonly #options: InwardOptions;
  #isWithinFrame = false;

  constructor(options: InwardOptions) {
    this.#options = options;
  }

  /** A frame of our own would now stand in the middle of one of the server's. */
  get isWithinFrame(): boolean {
    return this.#isWithinFrame;
  }

  async carry(): Promise<Fault | undefined> {
    const { client, server, cap, count } = this.#options;
    let isOpen = false;
    for (;;) {
      const head = await nextFrame(server.reader, false);
      if (head.kind === 'end') return undefined;
      if (head.kind === 'fault') return head;
      if (head.opcode < opcodes.close) {
        if ((head.opcode === opcodes.continuation) !== isOpen) return outOfOrder;
        isOpen = !head.isLast;
      }
      this.#isWithinFrame = true;
      await send(client.socket, writeFrameHead({ ...head, mask: undefined }));
      for await (const piece of payloadOf(server.reader, head)) {
        if (!Buffer.isBuffer(piece)) return piece;
        if (count(piece.length) > cap)
          return fault('response_cap', 'The server said more than the policy allows.', 502);
        await send(client.socket, piece);
      }
      this.#isWithinFrame = false;
    }
  }
}

const outOfOrder: Fault = fault('frame_order', 'A message of the server begins within another.', 502);
