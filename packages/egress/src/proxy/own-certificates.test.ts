import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createServer, connect as secure, type TLSSocket } from 'node:tls';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { listen, startProxy, viaService } from '../testing.ts';
import { shop, world } from '../testing-tls.ts';
import { createAuthorityKeys, openAuthority } from '../tls/certificate-authority.ts';

/** Who vouches for the client. */
const people = openAuthority(createAuthorityKeys(Date.now()), Date.now);

/** TLS of a client with a certificate of its own, in a tunnel through the proxy. */
async function tunnel(port: number): Promise<TLSSocket> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`CONNECT ${shop}:443 HTTP/1.1\r\nHost: ${shop}:443\r\n\r\n`);
  const [head] = await once(socket, 'data');
  expect(String(head)).toMatch(/^HTTP\/1\.1 200 /);
  // The test looks at the certificate itself, as a client that pins it does.
  return secure({ socket, servername: shop, secureContext: people.issue('ann.example'), rejectUnauthorized: false });
}

test(
  verifies(
    'egress.own-certificates',
    'in a tunnel that passes unread the server sees the client, and the client the server',
  ),
  async () => {
    const server = createServer(
      { SNICallback: (name, done) => done(null, world.issue(name)), requestCert: true, rejectUnauthorized: false },
      (socket) => void socket.end(`hello ${socket.getPeerX509Certificate()?.subjectAltName}`),
    );
    const port = await listen(server);
    await using proxy = await startProxy({ services: { [shop]: port }, decide: () => viaService(shop) });
    const inside = await tunnel(proxy.port);
    const [said] = await once(inside, 'data');
    expect(String(said)).toBe('hello DNS:ann.example');
    const pinned = inside.getPeerX509Certificate();
    expect(pinned?.checkIssued(new X509Certificate(world.certificate))).toBe(true);
    inside.destroy();
    server.close();
  },
);
