import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { loadPeer } from '../../peers/packages.ts';
import { listen, ready, settings } from '../part.ts';

/** What of undici is used. */
interface Undici {
  readonly Pool: new (
    origin: string,
    options: object,
  ) => {
    stream(
      request: object,
      factory: (answer: { statusCode: number; headers: object }) => ServerResponse,
    ): Promise<unknown>;
  };
}

/** The forwarding proxy that most would write: `node:http` towards the program, undici's pool towards the server. It decides nothing. */
const upstream = { host: '127.0.0.1', port: Number(settings()['plain']) };
// Typed by hand above: the package may not be installed when types are checked.
const { Pool } = loadPeer('undici') as Undici;
const pool = new Pool(`http://${upstream.host}:${upstream.port}`, { connections: 256, pipelining: 1 });

async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/');
  const { host: _, connection: _also, ...headers } = request.headers;
  const body = request.method === 'GET' || request.method === 'HEAD' ? null : request;
  await pool.stream(
    { path: pathname + search, method: request.method, headers, body },
    ({ statusCode, headers: got }) => response.writeHead(statusCode, { ...got }),
  );
}

const server = createServer((request, response) => {
  forward(request, response).catch(() => response.destroy());
});
server.keepAliveTimeout = 0;
server.on('connect', (_request, near) => {
  const far = connect({ ...upstream, noDelay: true }, () => near.write('HTTP/1.1 200 OK\r\n\r\n'));
  far.on('error', () => near.destroy());
  near.on('error', () => far.destroy());
  far.pipe(near).pipe(far);
});
ready({ plain: await listen(server) });
