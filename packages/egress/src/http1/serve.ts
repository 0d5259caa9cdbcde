import { serveHttp2 } from '../http2/serve-http2.ts';
import { exchangeLocal } from '../local/exchange-local.ts';
import { localDoor } from '../local/local-door.ts';
import { answerMalformed } from '../proxy/answer.ts';
import type { ProxyContext } from '../proxy/context.ts';
import { exchange } from '../proxy/exchange.ts';
import type { Incoming } from '../proxy/incoming.ts';
import type { Inside } from '../proxy/inspected-tunnel.ts';
import { reportMalformed } from '../proxy/record.ts';
import { decisionField } from '../proxy/reply.ts';
import { noBody } from '../proxy/request-body.ts';
import { openTunnel, type TunnelTarget } from '../proxy/tunnel.ts';
import { readTarget, readTunnelTarget, type Target } from '../target/target.ts';
import type { WebSocketRequest } from '../websocket/websocket-request.ts';
import { type Fault, fault } from '../wire/fault.ts';
import type { NoMessage } from '../wire/head-reader.ts';
import { parseRequestHead, type RequestHead } from '../wire/request-head.ts';
import { type Soon, whenThere } from '../wire/soon.ts';
import type { WebSocketOffer } from '../wire/websocket-offer.ts';
import { writeResponseHead } from '../wire/write-head.ts';
import type { Client } from './client.ts';
import { Http1Body } from './http1-body.ts';
import { Http1Reply } from './http1-reply.ts';

/** Serves a connection, request after request, until it ends. Never rejects. */
export async function serve(context: ProxyContext, client: Client): Promise<void> {
  try {
    for (;;) {
      // Between requests a connection may be idle; once a head has begun it must come to its end.
      if (client.reader.isEmpty && !(await client.reader.fill())) break;
      const reading = readRequest(context, client);
      const request = reading instanceof Promise ? await reading : reading;
      if (request.kind !== 'incoming') {
        if (request.kind === 'fault') reject(context, client, request);
        if (request.kind === 'authority') await openTunnel(context, client, request, inside);
        break;
      }
      const { incoming } = request;
      try {
        await answer(context, incoming);
      } finally {
        incoming.body.release();
      }
      if (!incoming.reply.canGoOn) break;
    }
    client.finish();
  } catch {
    // A defect of ours or of a hook. Nothing is sent any more: the sandbox sees a broken connection.
    client.socket.destroy();
  }
}

/** What is inside a tunnel, in the version of HTTP that its client chose. */
export const inside: Inside = { http1: serve, http2: serveHttp2 };

/** A request that can be asked about. */
interface Received {
  readonly kind: 'incoming';
  readonly incoming: Incoming & { readonly reply: Http1Reply };
}

type Read = Received | TunnelTarget | NoMessage | Fault;

function readRequest(context: ProxyContext, client: Client): Soon<Read> {
  const { headSeconds, headBytes } = context.limits;
  return whenThere(client.within(headSeconds, client.heads.next(headBytes)), (read) => {
    const head = read.kind === 'head' ? parseRequestHead(read) : read;
    return head.kind === 'request' ? received(context, client, head) : head;
  });
}

function received(context: ProxyContext, client: Client, head: RequestHead): Read {
  if (head.method === 'CONNECT') return client.situation.kind === 'proxy' ? readTunnelTarget(head) : nestedTunnel;
  const target = readTarget({ target: head.target, fields: head.fields.list }, client.situation);
  return target.kind === 'fault' ? target : { kind: 'incoming', incoming: incomingOf(context, client, head, target) };
}

const nestedTunnel: Fault = fault('nested_tunnel', 'CONNECT is for the proxy itself.');

function answer(context: ProxyContext, incoming: Incoming): Soon<void> {
  const door = localDoor(context.hooks, incoming.target.host);
  return door === undefined ? exchange(context, incoming) : exchangeLocal(context, incoming, door);
}

function incomingOf(
  { shares }: ProxyContext,
  client: Client,
  head: RequestHead,
  target: Target,
): Incoming & { readonly reply: Http1Reply } {
  const { endToEnd, wantsClose: isLast, readsTrailers } = head.fields;
  const hasBody = head.framing.kind !== 'none';
  const body = hasBody ? new Http1Body(client, head, shares.bodies(client.identity.sandbox)) : noBody;
  const webSocket = head.webSocket && webSocketOf(client, head.webSocket);
  return {
    identity: client.identity,
    version: 'http/1.1',
    method: head.method,
    target,
    fields:
      webSocket === undefined
        ? endToEnd
        : // The offer is made anew.
          endToEnd.filter(({ name }) => !name.startsWith('sec-websocket-')),
    readsTrailers,
    isLast,
    body,
    webSocket,
    reply: new Http1Reply(client, { wantsClose: isLast, readsTrailers, body }),
    upstreams: client.upstreams,
  };
}

function webSocketOf(client: Client, offer: WebSocketOffer): WebSocketRequest {
  const { socket, reader } = client;
  return {
    offer,
    accept(fields) {
      const head = writeResponseHead(101, [...fields, { name: decisionField, value: 'allowed' }]);
      if (socket.writable) socket.write(head, 'latin1');
      return { socket, reader, finish: () => client.finish() };
    },
  };
}

function reject(context: ProxyContext, client: Client, problem: Fault): void {
  answerMalformed({ method: '', reply: new Http1Reply(client) }, problem);
  reportMalformed(context, client.identity, problem.code, problem.status);
}
