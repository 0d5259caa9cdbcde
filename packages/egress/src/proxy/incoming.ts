import type { Identity } from '../hooks.ts';
import type { Target } from '../target/target.ts';
import type { WebSocketRequest } from '../websocket/websocket-request.ts';
import type { Field } from '../wire/field.ts';
import type { Reply } from './reply.ts';
import type { RequestBody } from './request-body.ts';
import type { UpstreamPool } from './upstream-pool.ts';

/** A request of a sandbox, as everything behind its parser sees it, whichever version of HTTP it came in. */
export interface Incoming {
  readonly identity: Identity;
  readonly version: 'http/1.1' | 'h2';
  readonly method: string;
  readonly target: Target;
  /** Those that belong to the message (`endToEndFields`), with a cookie in one piece. */
  readonly fields: readonly Field[];
  /** The client said that it reads fields after the content of an answer (`TE: trailers`). */
  readonly readsTrailers: boolean;
  /** The client's connection ends after it. */
  readonly isLast: boolean;
  /** It asks for a WebSocket, which only HTTP/1.1 can. */
  readonly webSocket?: WebSocketRequest | undefined;
  readonly body: RequestBody;
  readonly reply: Reply;
  /** The connections to servers that are kept for this client's connection. */
  readonly upstreams: UpstreamPool;
}
