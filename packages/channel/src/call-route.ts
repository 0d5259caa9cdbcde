import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { ClawholdError, limits, type Route } from '@clawhold/spec';
import type { z } from 'zod';
import { readBody } from './body.ts';
import { decodeLines } from './ndjson.ts';
import type { Channel } from './open.ts';
import { parseProblem } from './problem.ts';
import { fillPath } from './route-path.ts';

export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The largest answer that is read whole, in bytes; a larger one is a stream by design. */
const answerBytes = 4 * limits.modelRequestBytes;

/**
 * Calls a route that answers once.
 *
 * @throws ClawholdError whatever the other side threw, with its code and hint; `channel_unreachable`,
 *   `channel_untrusted`, `channel_lost`; `channel_answer` when the answer is not what the table says.
 */
export async function callRoute<Request extends z.ZodType, Response extends z.ZodType>(
  channel: Channel,
  route: Route<Request, Response>,
  input: z.input<Request>,
  options: CallOptions = {},
): Promise<z.output<Response>> {
  const message = await send(channel, route, input, options);
  return parseAnswer(route, JSON.parse(await whole(message)));
}

/** Calls a route with `stream: true`. Leaving the loop early ends the call on the other side too. Errors as above. */
export async function* streamRoute<Request extends z.ZodType, Response extends z.ZodType>(
  channel: Channel,
  route: Route<Request, Response>,
  input: z.input<Request>,
  options: CallOptions = {},
): AsyncGenerator<z.output<Response>> {
  const message = await send(channel, route, input, options);
  try {
    for await (const part of decodeLines(message)) yield parseAnswer(route, part);
  } finally {
    if (!message.complete) message.destroy();
  }
}

async function send(channel: Channel, route: Route, input: unknown, options: CallOptions): Promise<IncomingMessage> {
  options.signal?.throwIfAborted();
  const fields = typeof input === 'object' && input !== null ? { ...input } : {};
  const { path, rest } = fillPath(route.path, fields);
  const inBody = route.method === 'POST' || route.method === 'PUT';
  const text = JSON.stringify(rest);
  const query = inBody || text === '{}' ? '' : `?input=${encodeURIComponent(text)}`;
  const request = channel.request({
    method: route.method,
    path: `${path}${query}`,
    ...(inBody ? { headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } } : {}),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  request.end(inBody ? text : undefined);
  const [message] = await once(request, 'response').catch((error: unknown) => {
    throw lost(error, options.signal);
  });
  // The event "response" of node:http carries an IncomingMessage.
  const answer = message as IncomingMessage;
  if (answer.statusCode === 200) return answer;
  throw parseProblem(await whole(answer), answer.statusCode ?? 0);
}

async function whole(message: IncomingMessage): Promise<string> {
  try {
    return await readBody(message, answerBytes);
  } catch (error) {
    throw lost(error, undefined);
  }
}

function lost(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (error instanceof ClawholdError) return error;
  return new ClawholdError('channel_lost', 'The connection to another process of Clawhold broke.', {
    status: 503,
    hint: 'What was asked may or may not have happened; "clawhold status" shows what is running.',
    cause: error,
  });
}

function parseAnswer<Response extends z.ZodType>(
  route: Route<z.ZodType, Response>,
  value: unknown,
): z.output<Response> {
  const parsed = route.response.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ClawholdError('channel_answer', `The answer to ${route.method} ${route.path} is not what was agreed.`, {
    status: 502,
    hint: 'The processes may be of different versions: "clawhold down", then "clawhold up".',
    cause: parsed.error,
  });
}
