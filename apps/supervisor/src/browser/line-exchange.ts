import type { RunningCommand } from '@clawhold/sandbox';
import { ClawholdError } from '@clawhold/spec';
import { LineTooLong, programLines } from '../programs/program-lines.ts';

/**
 * Sends lines to a program and takes its answers, a line each. What answers may be hostile: a line that is too long, one that
 * was not asked for, or the program's end fails everything from then on.
 */
export class LineExchange {
  readonly #program: RunningCommand;
  readonly #longest: number;
  #waiting: PromiseWithResolvers<string> | undefined;
  #failure: Error | undefined;
  readonly #ended = Promise.withResolvers<void>();
  /** Settles when nobody answers any more; never rejects. */
  readonly ended: Promise<void> = this.#ended.promise;

  /** @param longest bytes of an answer. */
  constructor(program: RunningCommand, longest: number) {
    this.#program = program;
    this.#longest = longest;
    void this.#listen();
  }

  /** One at a time. @throws ClawholdError `sandbox_browser_ended`. */
  async ask(line: string, milliseconds: number): Promise<string> {
    if (this.#failure !== undefined) throw this.#failure;
    const answer = Promise.withResolvers<string>();
    this.#waiting = answer;
    const late = setTimeout(() => this.#fail('It did not answer in time.'), milliseconds);
    try {
      // A program that takes nothing more has ended, and that fails the answer.
      void this.#program.write(`${line}\n`);
      return await answer.promise;
    } finally {
      clearTimeout(late);
      this.#waiting = undefined;
    }
  }

  async #listen(): Promise<void> {
    try {
      for await (const line of programLines(this.#program, this.#longest)) this.#answer(line);
      this.#fail('It ended.');
    } catch (error) {
      this.#fail(error instanceof LineTooLong ? 'It answered more than it may.' : 'Its sandbox ended.');
    }
  }

  #answer(line: string): void {
    if (this.#waiting === undefined) this.#fail('It spoke without being asked.');
    this.#waiting?.resolve(line);
    this.#waiting = undefined;
  }

  #fail(why: string): void {
    this.#failure ??= new ClawholdError('sandbox_browser_ended', `The browser of the run is gone: ${why}`, {
      hint: 'Whether the page did what was asked last is not known. Open it again to see.',
    });
    this.#waiting?.reject(this.#failure);
    this.#program.kill();
    this.#ended.resolve();
  }
}
