import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { loadCertificateAuthority } from '@clawhold/egress';
import { answerFile } from './world-files.ts';
import { createEchoRpc } from './world-grpc.ts';
import { greetWebSocket } from './world-web-socket.ts';

/**
 * Servers of the outside, on public addresses, for world-scene.ts; run inside a network of a test's own.
 *
 *   world.scene.ts FOLDER SOCKET     FOLDER gets `authority.pem` and `reached`, its `files` are at files.example.com,
 *                                    SOCKET is PostgreSQL's
 */
const [, , folder = '', database = ''] = process.argv;
const reached = (what: string): void => appendFileSync(`${folder}/reached`, `${what}\n`);
writeFileSync(`${folder}/reached`, '');

const answer =
  (name: string): RequestListener =>
  (request, response) => {
    reached(`${name} ${request.headers.host} ${request.url}`);
    response.end(`${name} ${request.method} ${request.url}\n`);
  };
const authority = await loadCertificateAuthority(`${folder}/authority`);
writeFileSync(`${folder}/authority.pem`, authority.certificate);
let tokens = 0;
/** Gives out tokens and takes them back; every other request is answered like that of the plain server. */
const answerTls: RequestListener = async (request, response) => {
  const { url, headers } = request;
  if (url === '/token') {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ access_token: `upstream-token-${++tokens}`, token_type: 'Bearer', expires_in: 3_600 }),
    );
  } else if (url === '/revoke') {
    reached(`revoked ${new URLSearchParams(await text(request)).get('token')}`);
    response.end();
  } else {
    if (headers.host === 'files.example.com') return answerFile(`${folder}/files`, url ?? '/', response);
    if (headers.authorization !== undefined) reached(`authorization ${headers.authorization}`);
    answer('tls')(request, response);
  }
};
const secured = createTlsServer({ SNICallback: (name, done) => done(null, authority.issue(name)) }, answerTls).on(
  'upgrade',
  greetWebSocket,
);

const echo = createServer((socket) => {
  reached('echo');
  socket.on('error', () => undefined);
  createInterface({ input: socket }).on('line', (line) => socket.write(`echo ${line}\n`));
});
const postgres = createServer((socket) => {
  reached('postgres');
  const inside = connect(database);
  socket.on('error', () => inside.destroy()).pipe(inside);
  inside.on('error', () => socket.destroy()).pipe(socket);
});

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve) => {
    server.listen(port, '0.0.0.0', resolve);
  });
await Promise.all([
  listen(createHttpServer(answer('plain')), 80),
  listen(secured, 443),
  listen(echo, 7_000),
  listen(postgres, 5_432),
  listen(createEchoRpc(authority, reached), 50_051),
]);
process.stdout.write('ready\n');
