import { type InferenceRequest, inferenceHost } from '../inference.ts';
import { originTarget, type Target } from '../target/target.ts';
import { endToEndFields, wantsClose } from '../wire/end-to-end.ts';
import { fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';
import type { RequestHead } from '../wire/request-head.ts';
import { lastChunk, send, sendChunk } from '../wire/send.ts';
import { writeResponseHead } from '../wire/write-head.ts';
import { answerFailure, decisionField } from './answer.ts';
import type { Client } from './client.ts';
import type { ProxyContext } from './context.ts';
import type { Next } from './exchange.ts';
import { RequestBody } from './request-body.ts';

/** True for the name that is answered here and never dialled. */
export function isForInference(target: Pick<Target, 'host'>): boolean {
  return target.host === inferenceHost;
}

/** Hands a request for `inference.local` to the model door, which asks its own decisions and keeps its own records. */
export async function exchangeInference(
  context: ProxyContext,
  client: Client,
  head: RequestHead,
  target: Target,
): Promise<Next> {
  const body = new RequestBody(client, head);
  const gone = new AbortController();
  const abort = (): void => gone.abort();
  client.socket.once('close', abort);
  try {
    const request: InferenceRequest = {
      method: head.method,
      path: originTarget(target),
      headers: headersOf(head.fields),
      body: contentOf(body),
      signal: gone.signal,
    };
    return await answerInference(context, client, head, body, request);
  } finally {
    client.socket.off('close', abort);
  }
}

async function answerInference(
  context: ProxyContext,
  client: Client,
  head: RequestHead,
  body: RequestBody,
  request: InferenceRequest,
): Promise<Next> {
  const { socket } = client;
  let started = false;
  try {
    const response = await context.hooks.inference(request, client.identity);
    const close = !(await body.skip()) || wantsClose(head.fields);
    const isBodiless = head.method === 'HEAD' || response.status === 204 || response.status === 304;
    const fields: Field[] = [
      ...endToEndFields(fieldsOf(response.headers)),
      ...(isBodiless ? [] : [{ name: 'transfer-encoding', value: 'chunked' }]),
      { name: decisionField, value: 'allowed' },
      ...(close ? [{ name: 'connection', value: 'close' }] : []),
    ];
    started = true;
    await send(socket, writeResponseHead(response.status, fields));
    if (isBodiless) return close ? 'close' : 'next';
    for await (const piece of response.body) {
      if (!socket.writable) return 'close';
      await sendChunk(socket, Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    }
    await send(socket, lastChunk);
    return close ? 'close' : 'next';
  } catch {
    // The door answers its own errors. What it throws here would otherwise end as half an answer that looks whole.
    if (started) socket.destroy();
    else
      answerFailure(client, fault('inference', 'The model door could not answer.', 502), {
        close: true,
        method: head.method,
      });
    return 'close';
  }
}

async function* contentOf(body: RequestBody): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of body.pieces()) {
    if (!Buffer.isBuffer(piece)) throw new Error(piece.text);
    yield piece;
  }
}

function headersOf(fields: readonly Field[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null);
  for (const { name, value } of endToEndFields(fields)) {
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return headers;
}

// Values may come from a provider: what could end a line does not get onto the wire.
function fieldsOf(headers: Readonly<Record<string, string>>): readonly Field[] {
  return Object.entries(headers)
    .map(([name, value]) => ({ name: name.toLowerCase(), value }))
    .filter(({ name, value }) => /^[a-z0-9!#$%&'*+\-.^_`|~]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value));
}
