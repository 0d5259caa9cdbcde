import type { IncomingMessage, ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import { ClawholdError, toProblem } from '@clawhold/spec';
import { parseProblem } from './problem.ts';

/** The trailer in which an error arrives that happened after the first line was out. */
const trailer = 'problem';

/** Writes each part on a line of its own. An error ends the answer and travels in the trailer. */
export async function* encodeLines(parts: AsyncIterable<unknown>, response: ServerResponse): AsyncGenerator<string> {
  try {
    for await (const part of parts) yield `${JSON.stringify(part)}\n`;
  } catch (error) {
    response.addTrailers({ [trailer]: encodeURIComponent(JSON.stringify(toProblem(error))) });
  }
}

/**
 * Reads the parts back, as they come.
 *
 * @throws ClawholdError the one that the other side ended with; `channel_lost` when the connection broke.
 */
export async function* decodeLines(message: IncomingMessage): AsyncGenerator<unknown> {
  let broken: unknown;
  message.on('error', (error) => {
    broken = error;
  });
  for await (const line of createInterface({ input: message, crlfDelay: Number.POSITIVE_INFINITY }))
    yield JSON.parse(line);
  if (broken !== undefined || !message.complete)
    throw new ClawholdError('channel_lost', 'The connection broke in the middle of an answer.', {
      status: 503,
      cause: broken,
    });
  const problem = message.trailers[trailer];
  if (problem !== undefined) throw parseProblem(decodeURIComponent(problem), 500);
}
