import type { Duplex } from 'node:stream';
import type { Reason } from '@clawhold/spec';
import type { Meter } from '../hooks.ts';
import type { Target } from '../target/target.ts';
import { originTarget, writeHostField } from '../target/target.ts';
import { readBody } from '../wire/body.ts';
import { endToEndFields } from '../wire/end-to-end.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { type Field, fieldValue } from '../wire/field.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { ResponseHead } from '../wire/response-head.ts';
import { lastChunk, send, sendChunk } from '../wire/send.ts';
import { writeRequestHead, writeResponseHead } from '../wire/write-head.ts';
import { decisionField } from './answer.ts';
import type { Client } from './client.ts';
import type { RequestBody } from './request-body.ts';
import type { Upstream } from './upstream.ts';

/** How many bytes of content went which way. */
export interface Traffic {
  requestBytes: number;
  responseBytes: number;
}

/** A budget has no room for what would pass next. */
export interface OverBudget {
  readonly kind: 'over_budget';
  readonly reason: Reason;
}

/** A body that was read for the decision, or one that still streams. */
export type Outgoing = Buffer | RequestBody;

/**
 * Writes the request anew from its decided parts and streams its body. Returns what was wrong with the body, or that no
 * budget is left for it; then the request must not be completed.
 *
 * @param isLast nothing follows on this connection.
 */
export async function sendRequest(
  socket: Duplex,
  head: RequestHead,
  target: Target,
  body: Outgoing,
  cap: number,
  isLast: boolean,
  traffic: Traffic,
  meter: Meter | undefined,
): Promise<Fault | OverBudget | undefined> {
  const { length } = body;
  const isChunked = length === undefined;
  const fields: Field[] = [
    { name: 'host', value: writeHostField(target) },
    ...endToEndFields(head.fields),
    ...(isChunked ? [{ name: 'transfer-encoding', value: 'chunked' }] : framingField(head, length)),
    { name: 'connection', value: isLast ? 'close' : 'keep-alive' },
  ];
  if ((length ?? 0) > cap) return overCap;
  const headText = writeRequestHead(head.method, originTarget(target), fields);
  // What is known beforehand is taken as a whole: a request that does not fit is refused, not begun.
  const beyond = await meter?.(headText.length + (length ?? 0));
  if (beyond !== undefined) return { kind: 'over_budget', reason: beyond };
  await send(socket, headText);
  for await (const piece of Buffer.isBuffer(body) ? [body] : body.pieces()) {
    if (!Buffer.isBuffer(piece)) return piece;
    if (traffic.requestBytes + piece.length > cap) return overCap;
    const spent = isChunked ? await meter?.(piece.length) : undefined;
    if (spent !== undefined) return { kind: 'over_budget', reason: spent };
    traffic.requestBytes += piece.length;
    if (!socket.writable) return undefined; // the other side answered early or is gone; its answer tells
    await (isChunked ? sendChunk(socket, piece) : send(socket, piece));
  }
  if (isChunked) await send(socket, lastChunk);
  return undefined;
}

const overCap: Fault = fault('body_cap', 'The request body is larger than the policy allows.', 413);

// POST, PUT and PATCH without content say so (RFC 9110, 8.6); for the others nothing is said.
function framingField(head: RequestHead, length: number): readonly Field[] {
  const says = length > 0 || ['POST', 'PUT', 'PATCH'].includes(head.method);
  return says ? [{ name: 'content-length', value: String(length) }] : [];
}

/** How a response went back: whole, or broken off in its middle, which the client can only be told by a broken connection. */
export type Relayed = { readonly kind: 'whole' } | { readonly kind: 'cut'; readonly fault: Fault };

/** Writes the response anew and streams its body. */
export async function relayResponse(
  client: Client,
  upstream: Upstream,
  head: ResponseHead,
  method: string,
  cap: number,
  close: boolean,
  traffic: Traffic,
): Promise<Relayed> {
  const { socket } = client;
  const { framing } = head;
  const isChunked = framing.kind === 'chunked' || framing.kind === 'until_close';
  const fields: Field[] = [
    ...endToEndFields(head.fields),
    ...responseFramingFields(head, method),
    { name: decisionField, value: 'allowed' },
    ...(close ? [{ name: 'connection', value: 'close' }] : []),
  ];
  // What came together goes out together: the turn of the event loop ends after the pieces that are already here.
  socket.cork();
  process.nextTick(uncork, socket);
  socket.write(writeResponseHead(head.status, fields), 'latin1');
  for await (const piece of readBody(upstream.reader, framing, 'drop')) {
    if (!Buffer.isBuffer(piece)) return { kind: 'cut', fault: piece };
    if (traffic.responseBytes + piece.length > cap)
      return { kind: 'cut', fault: fault('response_cap', 'The response is larger than the policy allows.', 502) };
    traffic.responseBytes += piece.length;
    if (!socket.writable) return { kind: 'cut', fault: fault('client_gone', 'The client closed the connection.') };
    const waiting = isChunked ? sendChunk(socket, piece) : send(socket, piece);
    if (waiting !== undefined) await waiting;
  }
  if (isChunked) await send(socket, lastChunk);
  return { kind: 'whole' };
}

function uncork(socket: Duplex): void {
  socket.uncork();
}

function responseFramingFields(head: ResponseHead, method: string): readonly Field[] {
  const { framing } = head;
  if (framing.kind === 'length') return [{ name: 'content-length', value: String(framing.length) }];
  if (framing.kind !== 'none') return [{ name: 'transfer-encoding', value: 'chunked' }];
  // What a GET would have brought (RFC 9110, 9.3.2): about the resource, not about this message.
  const told = method === 'HEAD' ? fieldValue(head.fields, 'content-length') : undefined;
  return told === undefined ? [] : [{ name: 'content-length', value: told }];
}
