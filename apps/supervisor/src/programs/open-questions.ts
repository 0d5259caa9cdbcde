/** Whether a person is asked about something that a program wants, and who waits to hear of a change of that. */
export class OpenQuestions {
  #open = 0;
  #change = Promise.withResolvers<void>();

  get state(): 'running' | 'waiting' {
    return this.#open === 0 ? 'running' : 'waiting';
  }

  /** Settles at the next change. */
  get change(): Promise<void> {
    return this.#change.promise;
  }

  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#move(1);
    try {
      return await work();
    } finally {
      this.#move(-1);
    }
  }

  #move(by: 1 | -1): void {
    this.#open += by;
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers();
    resolve();
  }
}
