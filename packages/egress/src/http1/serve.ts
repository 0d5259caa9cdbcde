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
import { openTunnel } from '../proxy/tunnel.ts';
import { readTarget, readTunnelTarget, type Target } from '../target/target.ts';
import type { WebSocketRequest } from '../websocket/websocket-request.ts';
import { endToEndFields, wantsClose } from '../wire/end-to-end.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { fieldValue } from '../wire/field.ts';
import { type NoMessage, readHeadLines } from '../wire/head-lines.ts';
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
    let next: 'next' | 'close' | 'tunnel' = 'next';
    while (next === 'next') {
      // Between requests a connection may be idle; once a head has begun it must come to its end.
      if (client.reader.isEmpty && !(await client.reader.fill())) break;
      const reading = readHead(context, client);
      next = await serveOne(context, client, reading instanceof Promise ? await reading : reading);
    }
    client.finish();
  } catch {
    // A defect of ours or of a hook. Nothing is sent any more: the sandbox sees a broken connection.
    client.socket.destroy();
  }
}

/** What is inside a tunnel, in the version of HTTP that its client chose. */
export const inside: Inside = { http1: serve, http2: serveHttp2 };

async function serveOne(
  context: ProxyContext,
  client: Client,
  head: RequestHead | NoMessage | Fault,
): Promise<'next' | 'close' | 'tunnel'> {
  if (head.kind === 'end') return 'close';
  if (head.kind === 'fault') return reject(context, client, head);
  if (head.method === 'CONNECT') {
    if (client.situation.kind !== 'proxy')
      return reject(context, client, fault('nested_tunnel', 'CONNECT is for the proxy itself.'));
    const target = readTunnelTarget(head);
    if (target.kind === 'fault') return reject(context, client, target);
    return openTunnel(context, client, target, inside);
  }
  const target = readTarget(head, client.situation);
  if (target.kind === 'fault') return reject(context, client, target);
  const incoming = incomingOf(context, client, head, target);
  try {
    const door = localDoor(context.hooks, target.host);
    await (door === undefined ? exchange(context, incoming) : exchangeLocal(context, incoming, door));
  } finally {
    incoming.body.release();
  }
  return incoming.reply.canGoOn ? 'next' : 'close';
}

function incomingOf(
  { shares }: ProxyContext,
  client: Client,
  head: RequestHead,
  target: Target,
): Incoming & { readonly reply: Http1Reply } {
  const isLast = wantsClose(head.fields);
  const readsTrailers = /^trailers$/i.test(fieldValue(head.fields, 'te') ?? '');
  const body = new Http1Body(client, head, shares.bodies(client.identity.sandbox));
  const fields = endToEndFields(head.fields);
  const webSocket = head.webSocket && webSocketOf(client, head.webSocket);
  return {
    identity: client.identity,
    version: 'http/1.1',
    method: head.method,
    target,
    fields:
      webSocket === undefined
        ? fields
        : // The offer is made anew.
          fields.filter(({ name }) => !name.startsWith('sec-websocket-')),
    readsTrailers,
    isLast,
    body,
    ...(webSocket === undefined ? {} : { webSocket }),
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

function reject(context: ProxyContext, client: Client, problem: Fault): 'close' {
  answerMalformed({ method: '', reply: new Http1Reply(client) }, problem);
  reportMalformed(context, client.identity, problem.code, problem.status);
  return 'close';
}

function readHead({ limits }: ProxyContext, client: Client): Soon<RequestHead | NoMessage | Fault> {
  const reading = client.within(limits.headSeconds, readHeadLines(client.reader, limits.headBytes));
  return whenThere(reading, (read) => (read.kind === 'lines' ? parseRequestHead(read.lines) : read));
}
