import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import {
  ClawholdError,
  limits,
  type PeerName,
  problemMediaType,
  type Route,
  type RouteTable,
  toProblem,
} from '@clawhold/spec';
import type { z } from 'zod';
import { parseObject, readBody } from './body.ts';
import type { ChannelHandler } from './listen.ts';
import { encodeLines } from './ndjson.ts';
import { bySpecificity, matchPath, type PathParameters } from './route-path.ts';

/** What a route's implementation knows besides its input. */
export interface Call {
  /** The proven name of the caller, one of the route's `peers`. */
  readonly peer: PeerName;
  /** Aborted when the caller goes away before the answer is out. */
  readonly signal: AbortSignal;
}

/** An answer, or, for a route with `stream`, an answer of many parts. */
export type Answer<Response extends z.ZodType> =
  | Promise<z.input<Response>>
  | z.input<Response>
  | AsyncIterable<z.input<Response>>;

/** One function for each route of a table. Expected refusals are answers; a ClawholdError crosses as problem details. */
export type Implementation<Table extends RouteTable> = {
  readonly [Name in keyof Table]: (
    input: z.output<Table[Name]['request']>,
    call: Call,
  ) => Answer<Table[Name]['response']>;
};

export interface ServeOptions {
  /** Takes what no route is for. Default: 404. */
  readonly otherwise?: ChannelHandler;
  /** Hears of every error that is not a ClawholdError, whose caller is told nothing about it. Default: nobody. */
  readonly onError?: (error: unknown, route: string) => void;
  /** The largest request, in bytes. Default: `limits.modelRequestBytes`. */
  readonly bodyBytes?: number;
}

interface Entry {
  readonly name: string;
  readonly route: Route;
  readonly run: (input: unknown, call: Call) => unknown;
}

/** Serves a route table: finds the route, checks the peer, reads and checks the input, sends the answer or the error. */
export function serveRoutes<Table extends RouteTable>(
  table: Table,
  implementation: Implementation<Table>,
  options: ServeOptions = {},
): ChannelHandler {
  const entries: readonly Entry[] = Object.entries(table)
    // The implementation is called only with what its route's own schema has parsed.
    .map(([name, route]) => ({ name, route, run: implementation[name] as Entry['run'] }))
    .toSorted((left, right) => bySpecificity(left.route, right.route));

  return (request, response, peer) => {
    const url = new URL(request.url ?? '/', 'http://channel');
    const found = find(entries, request.method ?? '', url.pathname);
    if (found === undefined && options.otherwise !== undefined) return options.otherwise(request, response, peer);
    answer(found, { request, response, peer, url, bodyBytes: options.bodyBytes ?? limits.modelRequestBytes }).catch(
      (error: unknown) => {
        if (!(error instanceof ClawholdError)) options.onError?.(error, found?.entry.name ?? url.pathname);
        refuse(response, error);
      },
    );
  };
}

interface Found {
  readonly entry: Entry;
  readonly parameters: PathParameters;
}

function find(entries: readonly Entry[], method: string, path: string): Found | undefined {
  for (const entry of entries) {
    const parameters = entry.route.method === method ? matchPath(entry.route.path, path) : undefined;
    if (parameters !== undefined) return { entry, parameters };
  }
  return undefined;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly peer: PeerName;
  readonly url: URL;
  readonly bodyBytes: number;
}

async function answer(found: Found | undefined, exchange: Exchange): Promise<void> {
  if (found === undefined)
    throw new ClawholdError('input_unknown_route', `There is no ${exchange.request.method} ${exchange.url.pathname}.`, {
      status: 404,
    });
  const { route, run } = found.entry;
  if (!route.peers.includes(exchange.peer))
    throw new ClawholdError('auth_peer', `The ${exchange.peer} process may not call this.`);
  const input = parseInput(route, { ...(await readInput(exchange)), ...found.parameters });
  const gone = new AbortController();
  exchange.response.once('close', () => gone.abort());
  const result = await run(input, { peer: exchange.peer, signal: gone.signal });
  if (route.stream === true) {
    exchange.response.writeHead(200, { 'content-type': 'application/x-ndjson', trailer: 'problem' });
    // The implementation of a streaming route answers an iterable: its type allows it, its table demands it.
    await pipeline(encodeLines(result as AsyncIterable<unknown>, exchange.response), exchange.response).catch(
      (error: NodeJS.ErrnoException) => {
        // Whoever followed has left, which is no failure.
        if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
      },
    );
    return;
  }
  const body = Buffer.from(JSON.stringify(result ?? {}));
  exchange.response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

async function readInput({ request, url, bodyBytes }: Exchange): Promise<Readonly<Record<string, unknown>>> {
  const inBody = request.method === 'POST' || request.method === 'PUT';
  return parseObject(inBody ? await readBody(request, bodyBytes) : (url.searchParams.get('input') ?? '{}'));
}

function parseInput(route: Route, value: unknown): unknown {
  const parsed = route.request.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.join('.') ?? '';
  const what = place === '' ? 'The request' : `"${place}" of the request`;
  throw new ClawholdError('input_malformed', `${what} is not as it must be: ${issue?.message ?? 'unknown reason'}.`);
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const problem = toProblem(error);
  // What was not read of the request would be taken for the next one on this connection.
  response.writeHead(problem.status, { 'content-type': problemMediaType, connection: 'close' });
  response.end(JSON.stringify(problem));
}
