import { ClawholdError } from '@clawhold/spec';
import { createParser } from 'eventsource-parser';

/** One server-sent event (WHATWG HTML, section 9.2), or a comment that only keeps a connection alive. */
export interface ServerSentEvent {
  readonly event?: string;
  readonly data: string;
  readonly comment?: boolean;
}

/**
 * Reads server-sent events wherever the bytes were cut. What is not UTF-8 is an error: another reader would put
 * replacement characters where this one stops, and a decision must be about what the client will read.
 */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const ready: ServerSentEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => ready.push({ ...(event === undefined ? {} : { event }), data }),
    onComment: (comment) => ready.push({ data: comment, comment: true }),
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of bytes) {
    parser.feed(decode(decoder, chunk));
    yield* ready.splice(0);
  }
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch (cause) {
    throw new ClawholdError('model_malformed', 'The model server sent bytes that are not UTF-8.', { cause });
  }
}

/**
 * Writes an event in one canonical framing. The payload keeps its bytes; the framing is always ours, so that a client
 * with an unusual reader finds the same events that were looked at.
 */
export function writeEvent({ event, data, comment }: ServerSentEvent): string {
  if (comment) return `:${data.replaceAll(/[\r\n]/g, ' ')}\n\n`;
  const name = event === undefined ? '' : `event: ${event}\n`;
  return `${name}${data
    .split('\n')
    .map((line) => `data: ${line}\n`)
    .join('')}\n`;
}
