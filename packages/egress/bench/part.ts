import { once } from 'node:events';
import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect, type Server } from 'node:net';
import { startProxy, viaService } from '../src/testing.ts';

/** One process of the bench: the server, the proxy, or the forwarder that it is compared with. */
const [, , role, originPort = '0'] = process.argv;

async function announce(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an AddressInfo.
  process.send?.((server.address() as AddressInfo).port);
}

if (role === 'origin')
  await announce(createHttpServer((_request, response) => response.end('hello, this is an answer~')));
else if (role === 'proxy') {
  const proxy = await startProxy({
    services: { open: Number(originPort) },
    limits: { connections: 1_000 },
    decide: ({ host, operation }) =>
      host === 'inspected.example' && operation === undefined
        ? viaService('open', { kind: 'inspect', tls: 'none', protocol: 'rest' })
        : viaService('open'),
    hooks: { before: () => ({ kind: 'go' }), observe: () => {} },
  });
  process.send?.(proxy.port);
} else {
  const upstream = { host: '127.0.0.1', port: Number(originPort) };
  const server = createHttpServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://open.example');
    const outgoing = httpRequest({
      ...upstream,
      path: pathname,
      method: request.method ?? 'GET',
      headers: request.headers,
    });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(outgoing);
  });
  server.on('connect', (_request, socket) => {
    const far = connect(upstream, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    far.on('error', () => socket.destroy());
    socket.on('error', () => far.destroy());
    far.pipe(socket).pipe(far);
  });
  await announce(server);
}
