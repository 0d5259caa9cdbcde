import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { CertificateAuthority } from '@clawhold/egress';

/** A server of gRPC, as far as one call goes: every message comes back as it is (gRPC over HTTP/2, "Responses"). */
export function createEchoRpc(authority: CertificateAuthority, reached: (what: string) => void): Http2SecureServer {
  const server = createSecureServer({ SNICallback: (name, done) => done(null, authority.issue(name)) });
  server.on('stream', (stream, headers) => {
    reached(`rpc ${headers[':path']}`);
    stream.on('error', () => undefined);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.pipe(stream);
  });
  return server;
}
