import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { ChannelRequest } from './open.ts';

/** Answers that have no body by definition (Fetch standard, "null body status"). */
const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

/** A `fetch` on top of node:http, so that a channel can be handed to code that wants one. */
export function fetchOver(begin: (options: ChannelRequest) => ClientRequest): typeof fetch {
  return async (input, init) => {
    const base = 'http://channel';
    const wanted = new Request(typeof input === 'string' ? new URL(input, base) : input, init);
    const { pathname, search } = new URL(wanted.url);
    wanted.signal.throwIfAborted();
    const request = begin({
      method: wanted.method,
      path: pathname + search,
      headers: Object.fromEntries(wanted.headers),
      signal: wanted.signal,
    });
    const answered = once(request, 'response');
    send(request, wanted.body);
    try {
      const [message] = (await answered) as [IncomingMessage];
      return toResponse(message, wanted.method);
    } catch (error) {
      throw wanted.signal.aborted ? wanted.signal.reason : error;
    }
  };
}

/** The answer may come before the request is whole, so nobody waits for this; a failure ends the request itself. */
function send(request: ClientRequest, body: Request['body']): void {
  if (body === null) request.end();
  // The global types and those of node:stream/web describe the same streams.
  else pipeline(Readable.fromWeb(body as ReadableStream), request).catch((error: Error) => request.destroy(error));
}

function toResponse(message: IncomingMessage, method: string): Response {
  const status = message.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  const empty = withoutBody.has(status) || method === 'HEAD';
  if (empty) message.resume();
  // As above: one kind of stream, two sets of types.
  const body = empty ? null : (Readable.toWeb(message) as globalThis.ReadableStream);
  return new Response(body, { status, statusText: message.statusMessage ?? '', headers });
}
