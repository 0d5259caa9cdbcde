import type { RunningCommand } from '@clawhold/sandbox';

/** What is kept of a program's errors, in UTF-16 code units. */
const keptErrors = 2_000;

/** What a program printed last of its errors, for the sentence about how it ended. */
export class LastErrors {
  readonly #decoder = new TextDecoder();
  #text = '';

  readonly take = (bytes: Uint8Array): void => {
    this.#text = (this.#text + this.#decoder.decode(bytes, { stream: true })).slice(-keptErrors);
  };

  /** Settles when the program has ended. Its output is taken by somebody else. */
  async reason(running: Pick<RunningCommand, 'end'>): Promise<string> {
    const end = await running.end;
    const how = end.kind === 'exited' ? `It ended with status ${end.status}.` : 'It was ended.';
    return `${how} ${this.#text.trim()}`.trim();
  }
}
