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
  readonly #session: ClientHttp2Session;
  #open = 0;

  /** @param socket with TLS, on which the server chose HTTP/2. */
  constructor(socket: TLSSocket, address: string, limits: EgressLimits) {
    const { headBytes, idleSeconds } = limits;
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
    this.#session.setTimeout(idleSeconds * 1_000, () => (this.#open === 0 ? this.close() : undefined));
  }

  /** It takes another request now. */
  get isUsable(): boolean {
    const { closed, destroyed, remoteSettings } = this.#session;
    return !closed && !destroyed && this.#open < (remoteSettings?.maxConcurrentStreams ?? 100);
  }

  /** Undefined when the connection has ended meanwhile. */
  request(headers: OutgoingHttpHeaders, follows: Follows): ClientHttp2Stream | undefined {
    try {
      const stream = this.#session.request(headers, {
        endStream: !follows.hasBody,
        waitForTrailers: follows.hasTrailers,
      });
      this.#open++;
      stream.once('close', () => this.#open--);
      return stream;
    } catch {
      return undefined; // closed, or going away
    }
  }

  close(): void {
    this.#session.destroy();
  }
}
