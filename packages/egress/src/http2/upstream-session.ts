import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { EgressLimits } from '../limits.ts';

/** What comes behind the head of a request. */
interface Follows {
  readonly hasBody: boolean;
  readonly hasTrailers: boolean;
}

/** A connection to one server in HTTP/2, over which the requests of one client connection go. */
export class UpstreamSession {
  readonly kind = 'session';
  /** `address:port` or `service:<name>`. */
  readonly address: string;
  readonly limits: EgressLimits;
  /** Settles when the server has said how many streams it takes, has not said it in time, or the connection has ended. */
  readonly settled: Promise<void>;
  readonly #session: ClientHttp2Session;
  #places = 0;

  /** @param socket with TLS, on which the server chose HTTP/2. */
  constructor(socket: TLSSocket, address: string, limits: EgressLimits) {
    const { headBytes, idleSeconds, dialSeconds } = limits;
    this.address = address;
    this.limits = limits;
    // The address is that of the socket; the name only fills in what each request says itself.
    this.#session = connect('https://upstream.invalid', {
      createConnection: () => socket,
      settings: { enablePush: false, maxHeaderListSize: headBytes, initialWindowSize: 256 * 1024 },
      maxHeaderListPairs: 128,
      maxReservedRemoteStreams: 0,
      maxSettings: 32,
      maxSessionMemory: 64,
    });
    this.#session.on('error', () => {}); // a 'close' follows, of every stream too
    this.#session.on('goaway', () => this.#session.close());
    this.#session.setTimeout(idleSeconds * 1_000, () => (this.#places === 0 ? this.close() : undefined));
    this.settled = new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(late);
        resolve();
      };
      const late = setTimeout(settle, dialSeconds * 1_000);
      this.#session.once('remoteSettings', settle);
      this.#session.once('close', settle);
    });
  }

  /** It goes on taking requests. Those beyond what the server takes at a time wait in it. */
  get isOpen(): boolean {
    return !this.#session.closed && !this.#session.destroyed;
  }

  /** Requests on it, begun or about to begin. */
  get places(): number {
    return this.#places;
  }

  /** The server takes another request right now. */
  get hasRoom(): boolean {
    return this.#places < (this.#session.remoteSettings.maxConcurrentStreams ?? Number.POSITIVE_INFINITY);
  }

  /** Counts a request, until what this returns is called. */
  enter(): () => void {
    let isThere = true;
    this.#places++;
    return () => {
      if (isThere) this.#places--;
      isThere = false;
    };
  }

  /** Undefined when the connection has ended meanwhile. */
  request(headers: OutgoingHttpHeaders, follows: Follows): ClientHttp2Stream | undefined {
    try {
      return this.#session.request(headers, { endStream: !follows.hasBody, waitForTrailers: follows.hasTrailers });
    } catch {
      return undefined; // closed, or going away
    }
  }

  close(): void {
    this.#session.destroy();
  }
}
