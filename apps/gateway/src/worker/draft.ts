import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '@clawhold/spec';

export interface DraftOptions {
  /** Sends a piece that stands at `from`, and answers how much the other side knows now. */
  readonly send: (from: number, text: string) => Promise<number>;
  /** Milliseconds between two pieces; what is written meanwhile goes along with the next one. */
  readonly interval: number;
  /** Milliseconds after a piece that could not be sent. */
  readonly pause: number;
}

/**
 * Shows a text while it is being written. One piece is under way at a time, so a slow reader makes pieces larger and
 * never holds up the model; a piece that is lost is lost, because the whole text is recorded in the end.
 */
export class Draft {
  readonly #options: DraftOptions;
  readonly #end = new AbortController();
  #text = '';
  /** How much of the text the other side has. */
  #known = 0;
  #sending: Promise<void> | undefined;

  constructor(options: DraftOptions) {
    this.#options = options;
  }

  /** @param text all of it so far; a shorter one than before begins anew. */
  write(text: string): void {
    if (text.length < this.#text.length) this.#known = 0;
    this.#text = whole(text.slice(0, limits.draftCharacters));
    if (!this.#end.signal.aborted && this.#known < this.#text.length) this.#sending ??= this.#send();
  }

  /** Sends nothing more. Afterwards nothing is under way. */
  async close(): Promise<void> {
    this.#end.abort();
    await this.#sending;
  }

  async #send(): Promise<void> {
    const { send, interval, pause } = this.#options;
    const { signal } = this.#end;
    while (!signal.aborted && this.#known < this.#text.length) {
      const from = this.#known;
      const sent = this.#text;
      const length = await send(from, sent.slice(from)).catch(() => undefined);
      // What was begun anew meanwhile is sent from its own beginning.
      if (length !== undefined && this.#text.startsWith(sent)) this.#known = length;
      await sleep(length === undefined ? pause : interval, undefined, { signal }).catch(() => undefined);
    }
    this.#sending = undefined;
  }
}

/** Without half a character at its end (a surrogate whose other half is still to come). */
function whole(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
