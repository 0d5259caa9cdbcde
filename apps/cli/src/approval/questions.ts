import { type AskOptions, askPerson } from './ask-person.ts';

/** The questions of a run at this terminal. */
export interface Questions {
  /** Whether one stands there now. */
  readonly waiting: boolean;
  /** Asks it after those before it, however many steps need a person at the same time. Does not wait for its answer. */
  ask(approval: string): void;
  /** It was answered elsewhere, or ran out: nobody is asked any more. */
  ended(approval: string): void;
  /** The run is over, and its questions with it. */
  close(): void;
}

export function createQuestions(options: AskOptions): Questions {
  const open = new Map<string, AbortController>();
  let last: Promise<void> = Promise.resolve();
  return {
    get waiting() {
      return open.size > 0;
    },
    ask(approval) {
      const ending = new AbortController();
      open.set(approval, ending);
      last = last
        .then(() => askPerson(options, approval, ending.signal))
        .catch((error: unknown) => options.output.line(String(error instanceof Error ? error.message : error)))
        .finally(() => open.delete(approval));
    },
    ended(approval) {
      open.get(approval)?.abort();
    },
    close() {
      for (const ending of open.values()) ending.abort();
    },
  };
}
