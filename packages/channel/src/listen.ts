import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Socket } from 'node:net';
import type { PeerName } from '@clawhold/spec';
import { accept } from './accept.ts';
import { decodeChannelKey } from './key.ts';
import { listenPrivately } from './socket-file.ts';

/** Answers one request of a peer that has proven its name. */
export type ChannelHandler = (request: IncomingMessage, response: ServerResponse, peer: PeerName) => void;

export interface ListenOptions {
  /** The Unix socket; its folder exists and is 0700 or 0710. */
  readonly path: string;
  /** Who may speak, each with the key of its pair ({@link createChannelKey}). */
  readonly peers: Readonly<Partial<Record<PeerName, string>>>;
  readonly handler: ChannelHandler;
}

export interface ChannelServer extends AsyncDisposable {
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** Connections at the same time, proven or not; beyond it the kernel makes new ones wait. */
const maxConnections = 1_024;
/** The head of a request must be whole within this time, in milliseconds. Bodies and answers may take for ever. */
const headersTimeout = 10_000;
const maxHeaderSize = 32 * 1024;

/**
 * Serves HTTP on a Unix socket to peers that prove a key handed over at spawn.
 *
 * @throws ClawholdError `channel_folder`, `channel_in_use`, `channel_key`.
 */
export async function listenChannel(options: ListenOptions): Promise<ChannelServer> {
  const keys = new Map(Object.entries(options.peers).map(([name, key]) => [name, decodeChannelKey(key)]));
  const names = new WeakMap<Socket, PeerName>();
  const sockets = new Set<Socket>();

  // Idle connections are closed by the client only: a server that closes one races with the next request on it.
  const http = createHttpServer({ maxHeaderSize, headersTimeout, requestTimeout: 0, keepAliveTimeout: 0 });
  http.on('request', (request, response) => {
    const peer = names.get(request.socket);
    if (peer === undefined) request.socket.destroy();
    else options.handler(request, response, peer);
  });

  const server = createServer(async (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    const name = await accept(socket, keys);
    if (name === undefined) return;
    names.set(socket, name as PeerName); // it is a key of `peers`
    http.emit('connection', socket);
  });
  server.maxConnections = maxConnections;
  await listenPrivately(server, options.path);

  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { close, [Symbol.asyncDispose]: close };
}
