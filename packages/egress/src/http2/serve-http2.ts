import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Identity } from '../hooks.ts';
import { exchangeLocal } from '../local/exchange-local.ts';
import { localDoor } from '../local/local-door.ts';
import { answerMalformed } from '../proxy/answer.ts';
import type { ProxyContext } from '../proxy/context.ts';
import { exchange } from '../proxy/exchange.ts';
import { reportMalformed } from '../proxy/record.ts';
import { UpstreamPool } from '../proxy/upstream-pool.ts';
import { readTarget, type Situation } from '../target/target.ts';
import { endToEndFields } from '../wire/end-to-end.ts';
import type { Fault } from '../wire/fault.ts';
import { fieldValue } from '../wire/field.ts';
import { readHttp2Request } from '../wire/http2-head.ts';
import { boundFloods, sessionBounds } from './bounds.ts';
import { boundHeads } from './head-deadline.ts';
import { Http2Body } from './http2-body.ts';
import { Http2Reply } from './http2-reply.ts';
import { StreamContent } from './stream-content.ts';

/** Whose connection it is, and where its requests go. */
export interface Http2Client {
  readonly identity: Identity;
  readonly socket: TLSSocket;
  readonly situation: Situation;
}

/** Serves a connection on which a client chose HTTP/2, each stream a request of its own, until it ends. Never rejects. */
export function serveHttp2(context: ProxyContext, client: Http2Client): Promise<void> {
  const { identity, socket } = client;
  const session = performServerHandshake(socket, sessionBounds(context.limits));
  // A handshake that was made without a tls.Server ends without this event, for which the session waits.
  socket.emit('secureConnect');
  const upstreams = new UpstreamPool();
  const silence = context.limits.idleSeconds * 1_000;
  let open = 0;
  boundFloods(session, () => reportMalformed(context, identity, 'http2_flood', null));
  boundHeads(session, context.limits.headSeconds, () => reportMalformed(context, identity, 'http2_slow_head', null));
  session.on('error', () => reportMalformed(context, identity, 'http2', null));
  // While requests are open their own timers decide.
  session.setTimeout(silence, () => (open === 0 ? session.destroy() : undefined));
  session.on('stream', (stream, _headers, flags, raw) => {
    open++;
    stream.on('error', () => {}); // a 'close' follows
    stream.once('close', () => open--);
    void serveStream(context, client, upstreams, { session, stream, raw, flags });
  });
  return new Promise((resolve) => {
    session.once('close', () => {
      upstreams.close();
      socket.destroy();
      resolve();
    });
  });
}

interface Opened {
  readonly session: ServerHttp2Session;
  readonly stream: ServerHttp2Stream;
  readonly raw: readonly string[];
  readonly flags: number;
}

async function serveStream(
  context: ProxyContext,
  { identity, situation }: Http2Client,
  upstreams: UpstreamPool,
  { stream, raw, flags }: Opened,
): Promise<void> {
  const content = new StreamContent(stream, 'request');
  let body: Http2Body | undefined;
  const reply = new Http2Reply(stream, () => body?.finished === true);
  const reject = (problem: Fault): void => {
    answerMalformed({ method: '', reply }, problem);
    reportMalformed(context, identity, problem.code, problem.status);
  };
  // Silence counts when it is the client that owes something; see Client of HTTP/1.1.
  stream.setTimeout(context.limits.idleSeconds * 1_000, () => {
    if (content.reader.isWaiting || stream.writableNeedDrain) stream.close(constants.NGHTTP2_CANCEL);
  });
  try {
    const head = readHttp2Request(raw, (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0, context.limits.headBytes);
    if (head.kind === 'fault') return reject(head);
    const target = readTarget(head, situation);
    if (target.kind === 'fault') return reject(target);
    body = new Http2Body(stream, content, head, context.shares.bodies(identity.sandbox));
    const incoming = {
      identity,
      version: 'h2',
      method: head.method,
      target,
      fields: endToEndFields(head.fields),
      readsTrailers: fieldValue(head.fields, 'te') === 'trailers',
      isLast: false,
      body,
      reply,
      upstreams,
    } as const;
    const entering = context.shares.requests(identity.sandbox);
    const leave = entering instanceof Promise ? await entering : entering;
    try {
      const door = localDoor(context.hooks, target.host);
      await (door === undefined ? exchange(context, incoming) : exchangeLocal(context, incoming, door));
    } finally {
      leave();
      body.release();
    }
  } catch {
    // A defect of ours or of a hook: the sandbox sees a broken stream.
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
}
