import { readTarget, readTunnelTarget } from '../target/target.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { type NoMessage, readHeadLines } from '../wire/head-lines.ts';
import { parseRequestHead, type RequestHead } from '../wire/request-head.ts';
import { answerMalformed } from './answer.ts';
import type { Client } from './client.ts';
import type { ProxyContext } from './context.ts';
import { exchange } from './exchange.ts';
import { exchangeInference, isForInference } from './inference-exchange.ts';
import { reportMalformed } from './record.ts';
import { openTunnel } from './tunnel.ts';

/** Serves a connection, request after request, until it ends. Never rejects. */
export async function serve(context: ProxyContext, client: Client): Promise<void> {
  try {
    while ((await serveOne(context, client)) === 'next');
    client.finish();
  } catch {
    // A defect of ours or of a hook. Nothing is sent any more: the sandbox sees a broken connection.
    client.socket.destroy();
  }
}

async function serveOne(context: ProxyContext, client: Client): Promise<'next' | 'close' | 'tunnel'> {
  const head = await nextHead(context, client);
  if (head.kind === 'end') return 'close';
  if (head.kind === 'fault') return reject(context, client, head);
  if (head.method === 'CONNECT') {
    if (client.situation.kind !== 'proxy')
      return reject(context, client, fault('nested_tunnel', 'CONNECT is for the proxy itself.'));
    const target = readTunnelTarget(head);
    if (target.kind === 'fault') return reject(context, client, target);
    return openTunnel(context, client, target, serve);
  }
  const target = readTarget(head, client.situation);
  if (target.kind === 'fault') return reject(context, client, target);
  return isForInference(target)
    ? exchangeInference(context, client, head, target)
    : exchange(context, client, head, target);
}

function reject(context: ProxyContext, client: Client, problem: Fault): 'close' {
  answerMalformed(client, problem);
  reportMalformed(context, client, problem.code, problem.status);
  return 'close';
}

async function nextHead(context: ProxyContext, client: Client): Promise<RequestHead | NoMessage | Fault> {
  const { reader } = client;
  // Between requests a connection may be idle; once a head has begun it must come to its end.
  if (reader.held.length === 0 && !(await reader.fill())) return { kind: 'end' };
  const { headSeconds, headBytes } = context.limits;
  const read = await client.within(headSeconds, () => readHeadLines(reader, headBytes));
  return read.kind === 'lines' ? parseRequestHead(read.lines) : read;
}
