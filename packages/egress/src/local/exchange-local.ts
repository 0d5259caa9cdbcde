import { detectedFault } from '../detection/finding.ts';
import { refuseDetected } from '../detection/refuse-detected.ts';
import { watch } from '../detection/watch.ts';
import { answerFailure } from '../proxy/answer.ts';
import type { ProxyContext } from '../proxy/context.ts';
import type { Incoming } from '../proxy/incoming.ts';
import type { RequestBody } from '../proxy/request-body.ts';
import { originTarget, urlOf } from '../target/target.ts';
import { endToEndFields } from '../wire/end-to-end.ts';
import { type Fault, fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';
import type { LocalHandler, LocalRequest } from './local-door.ts';

/** Hands a request for a name of ours to whoever answers for it, who asks its own decisions and keeps its own records. */
export async function exchangeLocal(context: ProxyContext, received: Incoming, door: LocalHandler): Promise<void> {
  const incoming = await watch(context, received);
  if (incoming === undefined) return;
  const gone = new AbortController();
  const heedNoMore = incoming.reply.whenGone(() => gone.abort());
  try {
    await answerWith(context, door, incoming, gone.signal);
  } finally {
    heedNoMore();
  }
}

async function answerWith(
  context: ProxyContext,
  door: LocalHandler,
  incoming: Incoming,
  signal: AbortSignal,
): Promise<void> {
  const { identity, method, target, fields: received, body, reply } = incoming;
  let broken: Fault | undefined;
  let started = false;
  const request: LocalRequest = {
    method,
    path: originTarget(target),
    headers: headersOf(received),
    body: contentOf(body, (problem) => {
      broken = problem;
    }),
    signal,
  };
  try {
    const response = await door(request, identity);
    await body.skip();
    // Whatever the door made of half a body.
    if (broken === detectedFault) {
      const traffic = { requestBytes: 0, responseBytes: 0 };
      refuseDetected(context, incoming, { method, url: urlOf(target), question: null, decision: null, traffic });
      return;
    }
    const isBodiless = method === 'HEAD' || response.status === 204 || response.status === 304;
    const fields = endToEndFields(fieldsOf(response.headers));
    started = true;
    reply.begin(response.status, 'allowed', fields, isBodiless ? 'none' : 'stream');
    reply.sendHeadSoon();
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
    else answerFailure(incoming, fault('local', `${target.host} could not answer.`, 502));
  }
}

/** @param onBroken called when not all of it comes, and why. */
async function* contentOf(
  body: RequestBody,
  onBroken: (problem: Fault) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of body.pieces()) {
    if (!Buffer.isBuffer(piece)) {
      onBroken(piece);
      throw new Error(piece.text);
    }
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
