import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { securityHeaders } from './security-headers.ts';

/**
 * The names under which this server may be addressed. Anything else is a page that found our port (DNS rebinding,
 * the CVE-2026-25253 class): it is answered before a byte of ours is, upgrades included.
 */
export function allowedHosts(host: string, port: number): ReadonlySet<string> {
  const names = host === '127.0.0.1' ? ['127.0.0.1', 'localhost'] : [isIPv6(host) ? `[${host}]` : host];
  return new Set(names.map((name) => `${name}:${port}`));
}

const refusalBody = 'This is not the address of this server.\n';

function refuse(response: ServerResponse): void {
  response.writeHead(421, {
    ...securityHeaders,
    'content-type': 'text/plain',
    'content-length': refusalBody.length,
    connection: 'close',
  });
  response.end(refusalBody);
}

/** Puts the check in front of `listener`, and ends every upgrade: nothing here speaks WebSocket. */
export function guardHost(
  server: Server,
  hosts: () => ReadonlySet<string>,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  const isOurs = (request: IncomingMessage): boolean => {
    const given = request.headersDistinct['host'] ?? [];
    const [host] = given;
    if (given.length !== 1 || host === undefined || !hosts().has(host.toLowerCase())) return false;
    // An absolute target (RFC 9112, section 3.2.2) would name a second host; no browser sends one to a server.
    return request.url?.startsWith('/') === true;
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isOurs(request)) listener(request, response);
    else refuse(response);
  });
  // Node would answer `Expect` by itself, before anyone looked at the host.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (!isOurs(request)) return refuse(response);
    response.writeContinue();
    listener(request, response);
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => refuse(response));
  server.on('upgrade', (_request: IncomingMessage, socket: Duplex) => {
    socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
}
