import type { Harness, ProgramEvent } from './harness.ts';

/** UTF-16 code units. A longer line (the content of a file, say) is no word to a person, and is let go. */
const longestLine = 1024 ** 2;

/** Listens to what a program prints, as it comes, and keeps what it said last. */
export class ProgramListener {
  readonly #read: NonNullable<Harness['read']>;
  readonly #decoder = new TextDecoder();
  #line = '';
  #isTooLong = false;
  #last: ProgramEvent | undefined;

  constructor(read: NonNullable<Harness['read']>) {
    this.#read = read;
  }

  /** The program's answer, by its own account; undefined while it said nothing. */
  get last(): ProgramEvent | undefined {
    return this.#last;
  }

  /** What these bytes of standard output tell that was not told yet. */
  take(bytes: Uint8Array): readonly ProgramEvent[] {
    const [rest = '', ...lines] = this.#decoder.decode(bytes, { stream: true }).split('\n');
    this.#extend(rest);
    return lines.flatMap((line) => {
      const told = this.#end();
      this.#extend(line);
      return told;
    });
  }

  /** The program ended: what it did not end with a line break is a line too. */
  end(): readonly ProgramEvent[] {
    return this.#end();
  }

  #extend(text: string): void {
    this.#isTooLong ||= this.#line.length + text.length > longestLine;
    this.#line = this.#isTooLong ? '' : this.#line + text;
  }

  #end(): readonly ProgramEvent[] {
    const line = this.#line;
    this.#line = '';
    this.#isTooLong = false;
    const fresh: ProgramEvent[] = [];
    for (const event of this.#read(line)) {
      // Some say their last words once as they come and once as their result.
      if (event.kind === this.#last?.kind && event.text === this.#last.text) continue;
      this.#last = event;
      fresh.push(event);
    }
    return fresh;
  }
}
