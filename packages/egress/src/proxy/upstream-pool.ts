import { type Route, writeRoute } from '../dial/route.ts';
import { Http1Conversation } from '../http1/http1-conversation.ts';
import type { Target } from '../target/target.ts';
import type { Fault } from '../wire/fault.ts';
import type { ProxyContext } from './context.ts';
import type { Conversation } from './conversation.ts';
import { openUpstream, type Upstream } from './upstream.ts';

/** Methods that change nothing (RFC 9110, 9.2.1): a request that may be lost on a stale connection is sent again. */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Idle connections that are kept for one client; beyond it the oldest is closed. */
const maximumKept = 8;

/** A request that wants to go somewhere. */
export interface Departure {
  readonly method: string;
  readonly target: Target;
  readonly hasBody: boolean;
  /** The client asks for nothing after it. */
  readonly isLast: boolean;
}

interface Kept {
  readonly upstream: Upstream;
  readonly key: string;
}

/**
 * Connections to servers, kept for the next request of the same client connection, so that sandboxes share nothing. In
 * HTTP/1.1 only safe requests without a body go over a kept connection: nothing is ever sent twice that has an effect, and
 * no server can take the rest of a body for a request that was not decided.
 */
export class UpstreamPool {
  #kept: Kept[] = [];
  #isClosed = false;

  /** Opens the way for a request along one of these checked routes. @param isFresh over no kept connection. */
  async open(
    context: ProxyContext,
    routes: readonly Route[],
    departure: Departure,
    isFresh: boolean,
  ): Promise<Conversation | Fault> {
    const { scheme, host } = departure.target;
    const { headBytes } = context.limits;
    const key = `${scheme}://${host}`;
    const keep = fits(departure) ? (upstream: Upstream): void => this.#keep({ upstream, key }) : undefined;
    const kept = keep === undefined || isFresh ? undefined : this.#take(routes, key);
    if (kept !== undefined) return new Http1Conversation({ upstream: kept, canRepeat: true, keep, headBytes });
    const upstream = await openUpstream(context, routes, host, scheme);
    if (upstream.kind === 'fault') return upstream;
    return new Http1Conversation({ upstream, canRepeat: false, keep, headBytes });
  }

  close(): void {
    this.#isClosed = true;
    for (const { upstream } of this.#kept) upstream.socket.destroy();
    this.#kept = [];
  }

  /** A kept connection that leads where one of these routes does and on which the server said nothing since. */
  #take(routes: readonly Route[], key: string): Upstream | undefined {
    const addresses = new Set(routes.map(writeRoute));
    const index = this.#kept.findLastIndex((kept) => kept.key === key && addresses.has(kept.upstream.address));
    const [kept] = index === -1 ? [] : this.#kept.splice(index, 1);
    if (kept === undefined) return undefined;
    const { reader, socket } = kept.upstream;
    if (reader.held.length === 0 && !reader.ended) return kept.upstream;
    socket.destroy();
    return undefined;
  }

  #keep(kept: Kept): void {
    this.#kept.push(kept);
    const over = this.#isClosed || this.#kept.length > maximumKept ? this.#kept.shift() : undefined;
    over?.upstream.socket.destroy();
  }
}

/** True when a request of this kind may use a connection that was used before, or leave one behind. */
function fits({ method, hasBody, isLast }: Departure): boolean {
  return safeMethods.has(method) && !hasBody && !isLast;
}
