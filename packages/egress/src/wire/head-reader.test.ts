import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { type Head, HeadReader } from './head-reader.ts';
import { type RequestFields, requestFields } from './request-fields.ts';

const maximum = 200;

const requestLine = fc.constantFrom(
  'GET http://shop/a HTTP/1.1\r\n',
  'GET http://shop/b HTTP/1.1\r\n',
  'GET http://shop/longer HTTP/1.1\r\n',
  'GET http://shop/ HTTP/1.1\n',
  '\r\n',
  '\n',
  '',
);
const fields = fc.constantFrom(
  'Host: shop\r\nAccept: */*\r\n\r\n',
  'Host: shop\r\nAccept: */*\r\n',
  'Host: shop\r\nAccept: */*\n\r\n',
  'Host: bank\r\nAccept: */*\r\n\r\n',
  'Host: shop\r\nConnection: close\r\n\r\n',
  'Host : shop\r\n\r\n',
  `Host: shop\r\nX-A: ${'a'.repeat(150)}\r\n\r\n`,
  `Host: shop\r\nX-A: ${'a'.repeat(170)}\r\n\r\n`,
  '\r\n',
);
/** A few of each, so that heads do follow each other with the same fields, and with nearly the same. */
const connection = fc
  .array(fc.tuple(requestLine, fields), { minLength: 2, maxLength: 6 })
  .map((heads) => heads.flat().join(''));

/** Reads a connection that comes in pieces, up to the first fault. @param remembers with one reader for all heads. */
async function readAll(pieces: readonly string[], remembers: boolean): Promise<readonly unknown[]> {
  const source = new PassThrough();
  const reader = new ByteReader(source);
  const one = new HeadReader(reader, requestFields);
  const reading = (async () => {
    for (const heads: unknown[] = []; ; ) {
      const head = await (remembers ? one : new HeadReader(reader, requestFields)).next(maximum);
      heads.push(head);
      if (head.kind !== 'head' || head.fields.kind === 'fault') return heads;
    }
  })();
  for (const piece of pieces) {
    source.write(Buffer.from(piece, 'latin1'));
    await setImmediate();
  }
  source.end();
  return reading;
}

test(verifies('egress.one-reading', 'a head is read alike whatever was read before it on its connection'), {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(connection, fc.array(fc.nat(400), { maxLength: 3 }), async (text, cuts) => {
      const places = [0, ...cuts.filter((cut) => cut < text.length), text.length].toSorted((a, b) => a - b);
      const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
      expect(await readAll(pieces, true)).toEqual(await readAll(pieces, false));
    }),
    { numRuns: scale(1_000) },
  );
});

test('fields that come again byte by byte are not read again', async () => {
  const source = new PassThrough();
  const heads = new HeadReader(new ByteReader(source), requestFields);
  const fieldsOf = async (text: string): Promise<unknown> => {
    source.write(text);
    // What was written is a head.
    return ((await heads.next(maximum)) as Head<RequestFields>).fields;
  };
  const first = await fieldsOf('GET /a HTTP/1.1\r\nHost: shop\r\n\r\n');
  expect(await fieldsOf('GET /b HTTP/1.1\r\nHost: shop\r\n\r\n')).toBe(first);
  expect(await fieldsOf('GET /b HTTP/1.1\r\nHost: bank\r\n\r\n')).not.toBe(first);
});
