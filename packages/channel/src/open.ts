import { Agent, type ClientRequest, type RequestOptions, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PeerName } from '@clawhold/spec';
import { connect, type Introduction } from './connect.ts';
import { fetchOver } from './fetch.ts';
import { decodeChannelKey } from './key.ts';

export interface OpenOptions {
  /** The Unix socket of the server. */
  readonly path: string;
  /** Our own name. */
  readonly self: PeerName;
  /** The key of this pair, 32 bytes in base64. */
  readonly key: string;
}

/** The client's end: as many requests at the same time as wanted, over connections that are kept. */
export interface Channel {
  /** The Unix socket of the server. */
  readonly path: string;
  /** Begins a request. Errors arrive as its `error` event, those of the handshake as ClawholdError. */
  request(options: ChannelRequest): ClientRequest;
  /**
   * Like the global `fetch`, for `/path` or any URL (only its path and query are used): streams both ways, follows no
   * redirect, rejects with a ClawholdError when the server cannot be reached or trusted.
   */
  readonly fetch: typeof fetch;
  /** Cuts every connection. */
  close(): void;
}

export type ChannelRequest = Pick<RequestOptions, 'method' | 'path' | 'headers' | 'signal'>;

/** Opens a channel. Nothing is dialled before the first request. */
export function openChannel(options: OpenOptions): Channel {
  const agent = new ChannelAgent({ path: options.path, self: options.self, key: decodeChannelKey(options.key) });
  const begin = (wanted: ChannelRequest): ClientRequest => request({ ...wanted, agent, host: 'channel' });
  return {
    path: options.path,
    request: begin,
    fetch: fetchOver(begin),
    close: () => agent.destroy(),
  };
}

/** Gives node:http connections that have been through the handshake. */
class ChannelAgent extends Agent {
  readonly #introduction: Introduction;

  constructor(introduction: Introduction) {
    super({ keepAlive: true, maxFreeSockets: 32, scheduling: 'lifo' });
    this.#introduction = introduction;
  }

  override createConnection(_options: object, created?: (error: Error | null, stream: Duplex) => void): undefined {
    connect(this.#introduction).then(
      (socket) => created?.(null, socket),
      // node:http looks at the stream only when there is no error; its type wants one all the same.
      (error: Error) => created?.(error, undefined as unknown as Duplex),
    );
  }
}
