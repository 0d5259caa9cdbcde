import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { type Fault, fault } from '../wire/fault.ts';

/**
 * Speaks TLS over an open connection and verifies that the other side is this host.
 *
 * @param host normalised; it is the server name and what the certificate must be for.
 * @param protocols what the server may choose from (ALPN). Default: HTTP/1.1.
 */
export function secure(
  socket: Socket,
  host: string,
  trust: SecureContext,
  seconds: number,
  protocols: readonly ('h2' | 'http/1.1')[] = ['http/1.1'],
): Promise<TLSSocket | Fault> {
  return new Promise((resolve) => {
    const tls = connect({
      socket,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      secureContext: trust,
      ALPNProtocols: [...protocols],
      rejectUnauthorized: true,
    });
    const timer = setTimeout(
      () => finish(fault('tls_timeout', 'The TLS handshake took too long.', 504)),
      seconds * 1_000,
    );
    const finish = (result: TLSSocket | Fault): void => {
      clearTimeout(timer);
      tls.off('close', closed);
      if (result !== tls) socket.destroy();
      resolve(result);
    };
    const closed = (): void =>
      finish(fault('tls_failed', 'The host closed the connection during the TLS handshake.', 502));
    tls.once('secureConnect', () => finish(tls));
    tls.once('error', (error: NodeJS.ErrnoException) => finish(fault('tls_failed', explain(error), 502)));
    tls.on('error', () => {}); // later errors show as a close; they must not end the process
    tls.on('close', closed);
  });
}

// OpenSSL's own sentence may quote the peer; its code is a fixed word.
function explain(error: NodeJS.ErrnoException): string {
  return `The TLS connection to the host could not be trusted or made (${error.code ?? 'unknown'}).`;
}
