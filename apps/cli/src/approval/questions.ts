import { type AskOptions, askPerson } from './ask.ts';

/** Asks one question after the other, however many steps need a person at the same time. */
export function createQuestions(options: Omit<AskOptions, 'approval'>): (approval: string) => void {
  let last: Promise<void> = Promise.resolve();
  return (approval) => {
    last = last
      .then(() => askPerson({ ...options, approval }))
      .catch((error: unknown) => options.output.line(String(error instanceof Error ? error.message : error)));
  };
}
