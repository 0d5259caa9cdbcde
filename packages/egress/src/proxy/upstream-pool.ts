import type { SandboxId } from '@clawhold/spec';
import { type Route, writeRoute } from '../dial/route.ts';
import { Http1Conversation } from '../http1/http1-conversation.ts';
import { Http2Conversation } from '../http2/http2-conversation.ts';
import type { UpstreamSession } from '../http2/upstream-session.ts';
import type { Target } from '../target/target.ts';
import type { Fault } from '../wire/fault.ts';
import { type Soon, whenThere } from '../wire/soon.ts';
import type { ProxyContext } from './context.ts';
import type { Conversation } from './conversation.ts';
import { type Destination, openNegotiated, openUpstream, type Upstream } from './upstream.ts';

/** Methods that change nothing (RFC 9110, 9.2.1): a request that may be lost on a stale connection is sent again. */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Idle connections that are kept for one client; beyond it the oldest is closed. */
const maximumKept = 8;

/** Connections in HTTP/2 to one server for one client, when it takes fewer streams at a time than the client has open. */
const maximumSessions = 4;

/** A request that wants to go somewhere. */
export interface Departure {
  readonly sandbox: SandboxId;
  readonly method: string;
  readonly target: Target;
  readonly hasBody: boolean;
  /** The client asks for nothing after it. */
  readonly isLast: boolean;
  /** It came in HTTP/2, and goes on in it when the server speaks it. */
  readonly mayUseHttp2: boolean;
}

interface Kept {
  readonly upstream: Upstream;
  /** To where it leads. */
  readonly target: Target;
}

/** What is known of a server: a connection in HTTP/2, or that it speaks HTTP/1.1 only. */
type Known = UpstreamSession | 'http/1.1' | Fault;

/**
 * Connections to servers, kept for the next request of the same client connection, so that sandboxes share nothing.
 *
 * In HTTP/1.1 only safe requests without a body go over a kept connection: nothing is ever sent twice that has an effect, and
 * no server can take the rest of a body for a request that was not decided. In HTTP/2 requests cannot run into each other,
 * so they share one, or a few where the server takes only so many at a time; only safe ones are sent again when it ends
 * without an answer.
 */
export class UpstreamPool {
  #kept: Kept[] = [];
  readonly #known: Map<string, Promise<Known>> = new Map();
  readonly #sessions: Map<string, readonly UpstreamSession[]> = new Map();
  #isClosed = false;

  /** Opens the way for a request along one of these checked routes. @param isFresh over no kept connection. */
  open(
    context: ProxyContext,
    routes: readonly Route[],
    departure: Departure,
    isFresh: boolean,
  ): Soon<Conversation | Fault> {
    return departure.mayUseHttp2 && departure.target.scheme === 'https'
      ? this.#negotiate(context, routes, departure, isFresh)
      : this.#openHttp1(context, routes, departure, isFresh);
  }

  close(): void {
    this.#isClosed = true;
    for (const { upstream } of this.#kept) upstream.socket.destroy();
    this.#kept = [];
    for (const session of [...this.#sessions.values()].flat()) session.close();
  }

  #openHttp1(
    context: ProxyContext,
    routes: readonly Route[],
    departure: Departure,
    isFresh: boolean,
  ): Soon<Conversation | Fault> {
    const kept = !isKeeper(departure) || isFresh ? undefined : this.#take(routes, departure.target);
    const upstream = kept ?? openUpstream(context, routes, destinationOf(departure));
    return whenThere(upstream, (opened) =>
      opened.kind === 'fault' ? opened : this.#overHttp1(context, opened, departure, kept !== undefined),
    );
  }

  /** Requests to one server wait for the first of them to learn what it speaks. */
  async #negotiate(
    context: ProxyContext,
    routes: readonly Route[],
    departure: Departure,
    isFresh: boolean,
  ): Promise<Conversation | Fault> {
    const { host, port } = departure.target;
    const key = `${host}:${port}`;
    const isRepeatable = isKeeper(departure) && !isFresh;
    for (let asked: Promise<Known> | undefined; asked !== this.#known.get(key); ) {
      asked = this.#known.get(key);
      const known = await asked;
      if (known === 'http/1.1') return this.#openHttp1(context, routes, departure, isFresh);
      if (known?.kind === 'session') await known.settled;
      const session = chooseSession(this.#sessions.get(key) ?? [], routes);
      if (session !== undefined) return new Http2Conversation(session, isRepeatable ? 'when stale' : 'never');
    }
    const opening = openNegotiated(context, routes, destinationOf(departure));
    this.#known.set(
      key,
      opening.then((opened) => (opened.kind === 'upstream' ? 'http/1.1' : opened)),
    );
    const opened = await opening;
    switch (opened.kind) {
      case 'fault':
        this.#known.delete(key);
        return opened;
      case 'upstream':
        return this.#overHttp1(context, opened, departure, false);
      case 'session':
        this.#sessions.set(key, [...(this.#sessions.get(key) ?? []).filter(({ isOpen }) => isOpen), opened]);
        if (this.#isClosed) opened.close();
        return new Http2Conversation(opened, isRepeatable ? 'when refused' : 'never');
      default:
        return opened satisfies never;
    }
  }

  #overHttp1({ limits }: ProxyContext, upstream: Upstream, departure: Departure, canRepeat: boolean): Conversation {
    const { target } = departure;
    const keep = isKeeper(departure) ? (one: Upstream): void => this.#keep({ upstream: one, target }) : undefined;
    return new Http1Conversation({ upstream, canRepeat, keep, headBytes: limits.headBytes });
  }

  /** A kept connection that leads where one of these routes does and on which the server said nothing since. */
  #take(routes: readonly Route[], target: Target): Upstream | undefined {
    const place = this.#kept.findLastIndex(
      (one) => isSameOrigin(one.target, target) && leadsAlong(one.upstream.address, routes),
    );
    const upstream = this.#kept[place]?.upstream;
    if (upstream === undefined) return undefined;
    this.#kept.splice(place, 1);
    if (upstream.reader.isEmpty && !upstream.reader.ended) return upstream;
    upstream.socket.destroy();
    return undefined;
  }

  #keep(kept: Kept): void {
    this.#kept.push(kept);
    const over = this.#isClosed || this.#kept.length > maximumKept ? this.#kept.shift() : undefined;
    over?.upstream.socket.destroy();
  }
}

/** True when a request of this kind may use a connection that was used before in HTTP/1.1, or leave one behind. */
function isKeeper({ method, hasBody, isLast }: Departure): boolean {
  return safeMethods.has(method) && !hasBody && !isLast;
}

/** One that takes another request now; when there are as many as may be, the one in which the fewest wait. */
function chooseSession(sessions: readonly UpstreamSession[], routes: readonly Route[]): UpstreamSession | undefined {
  const usable = sessions.filter(({ isOpen, address }) => isOpen && leadsAlong(address, routes));
  const roomy = usable.find(({ hasRoom }) => hasRoom);
  if (roomy !== undefined || usable.length < maximumSessions) return roomy;
  return usable.reduce((one, other) => (other.places < one.places ? other : one));
}

function destinationOf({ sandbox, target }: Departure): Destination {
  return { sandbox, host: target.host, scheme: target.scheme };
}

function isSameOrigin(one: Target, other: Target): boolean {
  return one.host === other.host && one.port === other.port && one.scheme === other.scheme;
}

function leadsAlong(address: string, routes: readonly Route[]): boolean {
  return routes.some((route) => writeRoute(route) === address);
}
