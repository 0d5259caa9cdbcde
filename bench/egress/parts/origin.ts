import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';

import { createAuthorityKeys, openAuthority } from '../../../packages/egress/src/tls/certificate-authority.ts';
import { listen, ready } from '../part.ts';

/** The server behind every way: `/1024` is answered with so many bytes, in the clear, and with TLS in both versions of HTTP. */
const bodies = new Map<string, Buffer>();

function bodyFor(path: string | undefined): Buffer {
  const key = path ?? '/';
  const known = bodies.get(key) ?? Buffer.alloc(Number(key.slice(1)) || 0, 'x');
  bodies.set(key, known);
  return known;
}

const plain = createServer((request, response) => {
  const body = bodyFor(request.url);
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length }).end(body);
});
const authority = openAuthority(createAuthorityKeys(Date.now()), Date.now);
const secure = createSecureServer(
  // It answers with whole bodies: 32 streams of 1 MiB are more than Node lets a connection hold.
  { allowHTTP1: true, maxSessionMemory: 100, SNICallback: (name, done) => done(null, authority.issue(name)) },
  (request, response) => {
    const body = bodyFor(request.url);
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length });
    response.end(body);
  },
);
plain.keepAliveTimeout = 0;

ready({ plain: await listen(plain), secure: await listen(secure), certificate: authority.certificate });
