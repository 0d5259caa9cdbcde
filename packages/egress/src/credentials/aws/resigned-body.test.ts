import { createHash, createHmac } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startOrigin, startProxy, talk, viaService } from '../../testing.ts';
import { createTestDesk, credentialTerm } from '../testing.ts';
import { ChunkSigner } from './chunk-signer.ts';
import { ResignedBody } from './resigned-body.ts';
import { type Signature, signatureOf } from './signature.ts';

const key = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: undefined,
};
const target = { kind: 'target', scheme: 'https', host: 's3.amazonaws.com', port: 443, query: '' } as const;
const foreign = '0'.repeat(64);

/** The request of the worked examples: 66,560 bytes, in chunks of 65,536. */
function seedOf(payload: string, trailer: readonly { name: string; value: string }[], length: string): Signature {
  return signatureOf(
    {
      method: 'PUT',
      target: { ...target, path: '/examplebucket/chunkObject.txt' },
      fields: [
        { name: 'content-encoding', value: 'aws-chunked' },
        { name: 'content-length', value: length },
        { name: 'x-amz-decoded-content-length', value: '66560' },
        { name: 'x-amz-storage-class', value: 'REDUCED_REDUNDANCY' },
        ...trailer,
      ],
      payload,
      region: 'us-east-1',
      service: 's3',
    },
    key,
    new Date('2013-05-24T00:00:00Z'),
  );
}

function chunked(chunks: readonly Buffer[], trailers = ''): Buffer {
  const all = [...chunks, Buffer.alloc(0)].map((data, index) =>
    Buffer.concat([
      Buffer.from(`${data.length.toString(16)};chunk-signature=${foreign}\r\n`),
      data,
      Buffer.from(index < chunks.length ? '\r\n' : ''),
    ]),
  );
  return Buffer.concat([...all, Buffer.from(`${trailers}\r\n`)]);
}

async function resigned(body: Buffer, seed: Signature, maximum = 1_000_000): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of new ResignedBody(body, new ChunkSigner(seed), maximum).pieces()) {
    if (!Buffer.isBuffer(piece)) return piece.code;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('latin1');
}

const example = [Buffer.alloc(65_536, 'a'), Buffer.alloc(1_024, 'a')];
const signaturesIn = (body: string) => [...body.matchAll(/signature[=:]([0-9a-f]{64})/g)].map(([, one]) => one);

// Amazon S3 API Reference, "… Transferring Payload in Multiple Chunks (Chunked Upload)", and "… Including Trailing Headers".
test(verifies('credentials.sigv4', 'signs the chunks of the worked example of the specification'), async () => {
  const seed = seedOf('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', [], '66824');
  expect(seed.signature).toBe('4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9');
  const body = await resigned(chunked(example), seed);
  expect(signaturesIn(body)).toEqual([
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ]);
  expect(body.length).toBe(66_824);
});

test(verifies('credentials.sigv4', 'signs the chunks and the trailer of the other worked example'), async () => {
  const trailer = [{ name: 'x-amz-trailer', value: 'x-amz-checksum-crc32c' }];
  const seed = seedOf('STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', trailer, '66824');
  const withSeed = { ...seed, signature: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e' };
  for (const end of ['\r\n', '\n\r\n']) {
    const trailers = `x-amz-checksum-crc32c:sOO8/Q==${end}x-amz-trailer-signature:${foreign}\r\n`;
    const given = chunked(example, trailers);
    const body = await resigned(given, withSeed);
    expect(signaturesIn(body)).toEqual([
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
      'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
    ]);
    expect(body.length).toBe(given.length);
  }
});

const whole = chunked(
  [Buffer.from('12345')],
  `x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:${foreign}\r\n`,
);
test.each<[string, Buffer, string]>([
  ['an end before its time', whole.subarray(0, -2), 'signed_chunks'],
  ['an end within a chunk', whole.subarray(0, 90), 'signed_chunks'],
  ['more behind its end', Buffer.concat([whole, Buffer.from('x')]), 'signed_chunks'],
  ['no signature', Buffer.from('5\r\n12345\r\n0\r\n\r\n'), 'signed_chunks'],
  ['a size that is none', Buffer.from(whole.toString().replace('5;', '0x5;')), 'signed_chunks'],
  ['a chunk that is longer than it says', Buffer.from(whole.toString().replace('12345', '123456')), 'signed_chunks'],
  ['a line without end', Buffer.alloc(10_000, '1'), 'signed_chunks'],
  [
    'a trailer behind the signature',
    Buffer.from(whole.toString().replace(/\r\n\r\n$/, '\r\nx-other:1\r\n\r\n')),
    'signed_chunks',
  ],
  ['a chunk that is too large', chunked([Buffer.alloc(2_000)]), 'signed_chunk_size'],
])(
  `${verifies('credentials.sigv4', 'a body in other than signed chunks is broken off')}: %s`,
  async (_what, body, code) => {
    expect(await resigned(body, seedOf('STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', [], '1'), 1_000)).toBe(code);
  },
);

interface Arrived {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly url: string;
  readonly body: string;
}

/** What a server finds: it works every signature out from what arrived, by its own code. */
function dataOf({ headers, url, body }: Arrived): string | undefined {
  const hmac = (with_: Buffer | string, data: string) => createHmac('sha256', with_).update(data).digest();
  const sha256 = (data: string) => createHash('sha256').update(data, 'latin1').digest('hex');
  const [, date = '', region = '', service = '', names = '', given = ''] =
    /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=(\w{64})$/.exec(
      String(headers['authorization']),
    ) ?? [];
  const lines = names.split(';').map((name) => `${name}:${String(headers[name])}\n`);
  const canonical = ['PUT', url, '', lines.join(''), names, headers['x-amz-content-sha256']].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const signingKey = hmac(hmac(hmac(hmac(`AWS4${key.secretAccessKey}`, date), region), service), 'aws4_request');
  const time = String(headers['x-amz-date']);
  let last = hmac(signingKey, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')).toString('hex');
  if (last !== given) return undefined;
  let rest = body;
  let data = '';
  for (;;) {
    const [head = '', digits = '', signature = ''] = /^([0-9a-f]+);chunk-signature=(\w{64})\r\n/.exec(rest) ?? [];
    const size = Number.parseInt(digits, 16);
    const chunk = rest.slice(head.length, head.length + size);
    const signed = ['AWS4-HMAC-SHA256-PAYLOAD', time, scope, last, sha256(''), sha256(chunk)].join('\n');
    last = hmac(signingKey, signed).toString('hex');
    if (last !== signature) return undefined;
    data += chunk;
    if (size === 0) return rest.slice(head.length) === '\r\n' ? data : undefined;
    rest = rest.slice(head.length + size + 2);
  }
}

test(
  verifies('credentials.sigv4', 'what was signed chunk by chunk with a placeholder arrives signed with the key'),
  async () => {
    const desk = createTestDesk();
    const arrived: Arrived[] = [];
    await using origin = await startOrigin((request, response) => {
      const store = async (): Promise<void> => {
        const body = (await buffer(request)).toString('latin1');
        arrived.push({ headers: request.headers, url: request.url ?? '', body });
        response.end('stored');
      };
      void store();
    });
    const signing = { body: 'by_header', service: 's3', region: 'us-east-1' } as const;
    await using proxy = await startProxy({
      services: { shop: origin.port },
      decide: ({ host }) => viaService(host, credentialTerm('aws', { signing })),
      hooks: { credentials: desk },
    });
    const placeholder = desk.give('aws', { kind: 'aws', ...key }, { places: ['sigv4'] });
    const latin = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(latin, { maxLength: 5 }), fc.boolean(), async (chunks, isChunkedBesides) => {
        arrived.length = 0;
        const body = chunked(chunks.map((one) => Buffer.from(one, 'latin1')));
        const framing = isChunkedBesides ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
        const wired = isChunkedBesides
          ? Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])
          : body;
        const head = [
          'PUT http://shop/bucket/object HTTP/1.1',
          'Host: shop',
          `Authorization: AWS4-HMAC-SHA256 Credential=${placeholder}/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=${foreign}`,
          'X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
          'Content-Encoding: aws-chunked',
          `X-Amz-Decoded-Content-Length: ${chunks.join('').length}`,
          framing,
          'Connection: close',
        ].join('\r\n');
        const answer = await talk(proxy.port, `${head}\r\n\r\n${wired.toString('latin1')}`);
        expect(answer).toMatch(/^HTTP\/1\.1 200/);
        const [one] = arrived;
        expect(one === undefined ? undefined : dataOf(one)).toBe(chunks.join(''));
        expect(JSON.stringify(arrived)).not.toContain(placeholder);
      }),
      { numRuns: 25 },
    );
  },
);
