import { createInterface } from 'node:readline/promises';

/** Asks a person for a line; undefined when they leave with Ctrl-D or Ctrl-C. */
export async function readWords(prompt: string): Promise<string | undefined> {
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  const left = new AbortController();
  reader.once('SIGINT', () => left.abort());
  reader.once('close', () => left.abort());
  try {
    return await reader.question(prompt, { signal: left.signal });
  } catch (error) {
    if (!left.signal.aborted) throw error;
    process.stdout.write('\n');
    return undefined;
  } finally {
    reader.close();
  }
}
