import { connect, isIP, type Socket } from 'node:net';
import { type SecureContext, connect as secure } from 'node:tls';
import { ByteReader } from '../wire/byte-reader.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { HeadReader } from '../wire/head-reader.ts';
import { parseResponseHead, responseFields } from '../wire/response-head.ts';

/** The proxy through which a company lets its machines out. Only the operator of the installation names one. */
export interface CompanyProxy {
  readonly host: string;
  readonly port: number;
  /** Whom to believe when speaking TLS to it; undefined: it is spoken to in the clear. */
  readonly trust: SecureContext | undefined;
  /** The whole value of `Proxy-Authorization`; undefined: none. It goes to the proxy and nowhere else. */
  readonly authorization: string | undefined;
}

/** The head of its answer. */
const headBytes = 16 * 1024;

/**
 * Opens a connection to a checked address through the company's proxy. It is asked for the address, not for the name: what
 * was checked is what is dialled, also by it.
 */
export async function openThrough(
  proxy: CompanyProxy,
  { address, port }: { readonly address: string; readonly port: number },
  milliseconds: number,
): Promise<Socket | Fault> {
  const socket = socketTo(proxy);
  socket.on('error', () => {}); // a 'close' follows
  const timer = setTimeout(() => socket.destroy(), milliseconds);
  const answer = await ask(socket, proxy, `${address.includes(':') ? `[${address}]` : address}:${port}`);
  clearTimeout(timer);
  if (answer !== undefined) socket.destroy();
  return answer ?? socket;
}

function socketTo({ host, port, trust }: CompanyProxy): Socket {
  if (trust === undefined) return connect({ host, port, noDelay: true });
  const name = isIP(host) === 0 ? { servername: host } : {};
  return secure({ host, port, ...name, secureContext: trust, rejectUnauthorized: true, ALPNProtocols: ['http/1.1'] });
}

async function ask(socket: Socket, { authorization }: CompanyProxy, authority: string): Promise<Fault | undefined> {
  const reader = new ByteReader(socket);
  const credentials = authorization === undefined ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  // Written when the connection is there; with TLS not before the proxy has proved who it is.
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`);
  const read = await new HeadReader(reader, responseFields).next(headBytes);
  if (read.kind !== 'head') return unreachable;
  const head = parseResponseHead(read, 'CONNECT');
  if (head.kind === 'fault') return unreachable;
  if (head.status === 407) return needsCredentials;
  if (head.status < 200 || head.status > 299) return refused;
  reader.detach();
  return undefined;
}

const unreachable: Fault = fault('company_proxy', "The company's proxy could not be reached or trusted.", 502);
const refused: Fault = fault('company_proxy_refused', "The company's proxy did not let the connection through.", 502);
const needsCredentials: Fault = fault(
  'company_proxy_credentials',
  "The company's proxy did not take the credentials that this installation has for it.",
  502,
);
