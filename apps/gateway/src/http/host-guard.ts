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

/** What is served under other names than the server's own. */
export interface OtherNames {
  readonly has: (host: string) => boolean;
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;
}

/** Puts the check in front of `listener`, and ends every upgrade but those of other names: nothing of our own speaks WebSocket. */
export function guardHost(
  server: Server,
  hosts: () => ReadonlySet<string>,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  others?: OtherNames,
): void {
  const named = (request: IncomingMessage): string | undefined => {
    const given = request.headersDistinct['host'] ?? [];
    // An absolute target (RFC 9112, section 3.2.2) would name a second host; no browser sends one to a server.
    return given.length === 1 && request.url?.startsWith('/') === true ? given[0]?.toLowerCase() : undefined;
  };
  const isOurs = (request: IncomingMessage): boolean => hosts().has(named(request) ?? '');
  const isOther = (request: IncomingMessage): boolean => others?.has(named(request) ?? '') === true;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isOurs(request)) listener(request, response);
    else if (isOther(request)) others?.listener(request, response);
    else refuse(response);
  });
  // Node would answer `Expect` by itself, before anyone looked at the host.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (!isOurs(request)) return refuse(response);
    response.writeContinue();
    listener(request, response);
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => refuse(response));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (others !== undefined && isOther(request)) {
      others.upgrade(request, socket, head).catch((error: unknown) => {
        console.error(error);
        socket.destroy();
      });
      return;
    }
    socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
}
