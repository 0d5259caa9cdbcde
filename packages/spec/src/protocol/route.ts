import type { z } from 'zod';

/** The processes that may call each other over an authenticated channel. */
export type PeerName = 'manager' | 'api' | 'worker' | 'supervisor';

/**
 * One operation that a process offers to another one, as plain data: both ends read the same table, so a request that
 * the caller's types allow is one that the server's schema accepts.
 *
 * - `path` holds parameters as `:name`; they travel in `request` under that name.
 * - `stream: true`: the answer is NDJSON, each line one `response`.
 * - `peers`: who may call it. A channel proves who is at the other end; everyone else gets 403.
 */
export interface Route<Request extends z.ZodType = z.ZodType, Response extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: `/${string}`;
  readonly request: Request;
  readonly response: Response;
  readonly peers: readonly PeerName[];
  readonly stream?: boolean;
}

/** Fixes the type of a route without widening its schemas. */
export function route<Request extends z.ZodType, Response extends z.ZodType>(
  definition: Route<Request, Response>,
): Route<Request, Response> {
  return Object.freeze(definition);
}

/** A named set of routes: one process's face towards its peers. */
export type RouteTable = Readonly<Record<string, Route>>;
