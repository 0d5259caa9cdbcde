import { evaluate } from '@marcbachmann/cel-js';

/** What an expression says, asked anew each time; undefined when it does not answer with true or false. */
export function answerOf(source: string, values: Record<string, unknown>): boolean | undefined {
  try {
    const answer: unknown = evaluate(source, values);
    return typeof answer === 'boolean' ? answer : undefined;
  } catch {
    return undefined;
  }
}
