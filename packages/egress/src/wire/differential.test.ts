import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBody } from './body.ts';
import { ByteReader } from './byte-reader.ts';
import { HeadReader } from './head-reader.ts';
import { requestFields } from './request-fields.ts';
import { parseRequestHead } from './request-head.ts';

/** One message as a parser read it. */
interface Reading {
  readonly method: string;
  readonly target: string;
  readonly fields: readonly string[];
  readonly body: string;
}

const seeds = [
  'GET http://shop/a?b=c HTTP/1.1\r\nHost: shop\r\nAccept: */*\r\n\r\n',
  'POST http://shop/ HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\n\r\nhello',
  'POST /x HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\na\r\n0123456789\r\n0\r\n\r\n',
  'PUT /y HTTP/1.1\r\nHost: shop\r\nContent-Length: 36\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: shop\r\n\r\n',
  'DELETE /z HTTP/1.1\r\nHost: shop\r\nConnection: keep-alive\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nq',
];

/** Bytes with which framing is attacked, oftener than chance would bring them. */
const sharp = [
  '\r',
  '\n',
  '\r\n',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '0',
  '\0',
  '\x0b',
  '\x7f',
  '\x80',
  '_',
  '-',
  '+',
  'chunked',
  '\r\n\r\n',
];

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  remove: fc.integer({ min: 0, max: 3 }),
  insert: fc.oneof(
    fc.constantFrom(...sharp),
    fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    fc.constantFrom('Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding:', 'Host: bank\r\n'),
  ),
});

/** A connection's worth of requests with a few bytes changed anywhere. */
const mutated = fc
  .tuple(fc.array(fc.constantFrom(...seeds), { minLength: 1, maxLength: 3 }), fc.array(mutation, { maxLength: 3 }))
  .map(([messages, mutations]) =>
    mutations.reduce((text, { at, remove, insert }) => {
      const position = Math.floor(at * text.length);
      return text.slice(0, position) + insert + text.slice(position + remove);
    }, messages.join('')),
  );

function twoEnds(): readonly [Duplex, Duplex] {
  return duplexPair();
}

/** What this package reads, up to the first fault. */
async function readOurs(text: string): Promise<readonly Reading[]> {
  const [near, far] = twoEnds();
  far.end(text, 'latin1');
  const reader = new ByteReader(near);
  const heads = new HeadReader(reader, requestFields);
  const readings: Reading[] = [];
  for (;;) {
    const read = await heads.next(32_768);
    const head = read.kind === 'head' ? parseRequestHead(read) : read;
    if (head.kind !== 'request') return readings;
    const pieces: Buffer[] = [];
    for await (const piece of readBody(reader, head.framing, 'refuse')) {
      if (!Buffer.isBuffer(piece)) return readings;
      pieces.push(piece);
    }
    const fields = head.fields.list.map(({ name, value }) => `${name}: ${value}`);
    readings.push({ method: head.method, target: head.target, fields, body: Buffer.concat(pieces).toString('latin1') });
  }
}

/** What Node's own server reads from the same bytes. */
async function readNodes(server: Server, text: string): Promise<readonly (Reading | undefined)[]> {
  const [near, far] = twoEnds();
  const readings: Promise<Reading | undefined>[] = [];
  const take = (message: IncomingMessage): void => {
    if (message.socket !== (near as unknown)) return;
    const fields: string[] = [];
    for (let index = 0; index < message.rawHeaders.length; index += 2)
      fields.push(`${message.rawHeaders[index]?.toLowerCase()}: ${message.rawHeaders[index + 1]}`);
    readings.push(
      buffer(message).then(
        (body) => ({ method: message.method ?? '', target: message.url ?? '', fields, body: body.toString('latin1') }),
        () => undefined, // broken off: Node did not read it as a whole message either
      ),
    );
  };
  server.on('request', take);
  const closed = once(near, 'close');
  server.emit('connection', near);
  far.on('error', () => {});
  far.resume();
  far.end(text, 'latin1');
  await closed;
  server.off('request', take);
  return Promise.all(readings);
}

test(verifies('egress.one-reading', 'what this parser accepts, another parser never reads differently'), {
  timeout: 120_000,
}, async () => {
  const server = createServer((message, response) => {
    message.on('end', () => response.end());
    message.on('error', () => response.destroy());
  });
  server.on('checkContinue', (message, response) => {
    server.emit('request', message, response);
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  // Otherwise it gives up requests whose sender has ended its side, as ours does when all is written.
  Object.assign(server, { httpAllowHalfOpen: true });
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(mutated, async (text) => {
      const ours = await readOurs(text);
      const nodes = await readNodes(server, text);
      // Node may refuse what we accept; what both read must be the same message at the same place.
      for (const [index, reading] of nodes.entries()) {
        const own = ours[index];
        if (own === undefined) break;
        if (reading === undefined) continue;
        compared++;
        expect(reading).toEqual(own);
      }
    }),
    { numRuns: scale(4_000) },
  );
  expect(compared).toBeGreaterThan(1_000);
});
