import { createScrubber, type Scrubber, scrubText } from './scrub.ts';

/** Takes secrets out of the messages of a server, also those that were sent only while a message was coming. */
export class MessageScrubber {
  readonly #secrets: () => readonly string[];
  #known: readonly string[] = [];
  #scrubber: Scrubber = createScrubber([]);

  /** @param secrets what must not come back, at this moment. */
  constructor(secrets: () => readonly string[]) {
    this.#secrets = secrets;
  }

  /** What can go on of a message with this piece; the rest is held back. */
  push(piece: Buffer): Buffer {
    const secrets = this.#secrets();
    if (secrets.length === this.#known.length) return this.#scrubber.push(piece);
    const held = this.#scrubber.end();
    this.#known = secrets;
    this.#scrubber = createScrubber(secrets);
    return this.#scrubber.push(Buffer.concat([held, piece]));
  }

  /** What was held back of a message that ends. */
  end(): Buffer {
    return this.#scrubber.end();
  }

  /** The payload of a control frame. */
  whole(payload: Buffer): Buffer {
    return Buffer.from(scrubText(payload.toString('latin1'), this.#secrets()), 'latin1');
  }
}
