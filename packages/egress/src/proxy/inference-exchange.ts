import { watch } from '../detection/watch.ts';
import { type InferenceRequest, inferenceHost } from '../inference.ts';
import { originTarget, type Target } from '../target/target.ts';
import { endToEndFields } from '../wire/end-to-end.ts';
import { fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';
import { answerFailure } from './answer.ts';
import type { ProxyContext } from './context.ts';
import type { Incoming } from './incoming.ts';
import type { RequestBody } from './request-body.ts';

/** True for the name that is answered here and never dialled. */
export function isForInference(target: Pick<Target, 'host'>): boolean {
  return target.host === inferenceHost;
}

/** Hands a request for `inference.local` to the model door, which asks its own decisions and keeps its own records. */
export async function exchangeInference(context: ProxyContext, received: Incoming): Promise<void> {
  const incoming = await watch(context, received);
  if (incoming === undefined) return;
  const { method, target, fields, body, reply } = incoming;
  const gone = new AbortController();
  const heedNoMore = reply.whenGone(() => gone.abort());
  try {
    await answerInference(context, incoming, {
      method,
      path: originTarget(target),
      headers: headersOf(fields),
      body: contentOf(body),
      signal: gone.signal,
    });
  } finally {
    heedNoMore();
  }
}

async function answerInference(context: ProxyContext, incoming: Incoming, request: InferenceRequest): Promise<void> {
  const { identity, method, body, reply } = incoming;
  let started = false;
  try {
    const response = await context.hooks.inference(request, identity);
    await body.skip();
    const isBodiless = method === 'HEAD' || response.status === 204 || response.status === 304;
    const fields = endToEndFields(fieldsOf(response.headers));
    started = true;
    reply.begin(response.status, 'allowed', fields, isBodiless ? 'none' : 'stream');
    if (!isBodiless)
      for await (const piece of response.body) {
        if (reply.isGone) return;
        await reply.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
      }
    await reply.end([]);
  } catch {
    // The door answers its own errors. What it throws here would otherwise end as half an answer that looks whole.
    reply.makeLast();
    if (started) reply.cut();
    else answerFailure(incoming, fault('inference', 'The model door could not answer.', 502));
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
  for (const { name, value } of fields) {
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
