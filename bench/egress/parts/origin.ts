import { performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import { createServer, type Socket } from 'node:net';
import { createServer as createSecureServer, type TLSSocket } from 'node:tls';
import { createAuthorityKeys, openAuthority } from '../../../packages/egress/src/tls/certificate-authority.ts';
import { listen, ready } from '../part.ts';

/**
 * The server behind every way: `/1024` is answered with so many bytes, in the clear, and with TLS in both versions of HTTP.
 * It shares the processors with what is measured, so it does as little as a server can: it reads no more of a request than
 * where it ends and its path, and has its answers ready.
 */
const bodies = new Map<string, Buffer>();

function bodyFor(path: string): Buffer {
  const known = bodies.get(path) ?? Buffer.alloc(Number(path.slice(1)) || 0, 'x');
  bodies.set(path, known);
  return known;
}

/** Whole answers in HTTP/1.1, made anew each second: the date in them is what a proxy finds changed. */
let answers = new Map<string, Buffer>();
setInterval(() => {
  answers = new Map();
}, 1_000);

function answerFor(path: string): Buffer {
  const known = answers.get(path);
  if (known !== undefined) return known;
  const body = bodyFor(path);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\nDate: ${new Date().toUTCString()}\r\nConnection: keep-alive\r\n\r\n`;
  const answer = Buffer.concat([Buffer.from(head), body]);
  answers.set(path, answer);
  return answer;
}

/** Requests without a body, one after the other. */
function serveHttp1(socket: Socket): void {
  let pending = '';
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    pending += bytes.toString('latin1');
    for (let end = pending.indexOf('\r\n\r\n'); end !== -1; end = pending.indexOf('\r\n\r\n')) {
      const from = pending.indexOf(' ') + 1;
      socket.write(answerFor(pending.slice(from, pending.indexOf(' ', from))));
      pending = pending.slice(end + 4);
    }
  });
}

function serveHttp2(socket: TLSSocket): void {
  // It answers with whole bodies: 32 streams of 1 MiB are more than Node lets a connection hold.
  const session = performServerHandshake(socket, { maxSessionMemory: 100 });
  session.on('error', () => socket.destroy());
  session.on('stream', (stream: ServerHttp2Stream, headers) => {
    const body = bodyFor(headers[':path'] ?? '/');
    stream.on('error', () => {});
    stream.respond({ ':status': 200, 'content-type': 'text/plain', 'content-length': body.length });
    stream.end(body);
  });
}

const authority = openAuthority(createAuthorityKeys(Date.now()), Date.now);
const plain = createServer(serveHttp1);
const secure = createSecureServer(
  { ALPNProtocols: ['h2', 'http/1.1'], SNICallback: (name, done) => done(null, authority.issue(name)) },
  (socket) => (socket.alpnProtocol === 'h2' ? serveHttp2(socket) : serveHttp1(socket)),
);
secure.on('tlsClientError', () => {});

ready({ plain: await listen(plain), secure: await listen(secure), certificate: authority.certificate });
