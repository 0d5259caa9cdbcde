import { createHash, createHmac } from 'node:crypto';
import { verifies } from '@clawhold/testkit';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Target } from '../../target/target.ts';
import { type Field, fieldValue } from '../../wire/field.ts';
import { type SignedRequest, signRequest } from './signature.ts';
import { regionOf } from './signing-plan.ts';

const ofNothing = createHash('sha256').digest('hex');
const target: Target = {
  kind: 'target',
  scheme: 'https',
  host: 'examplebucket.s3.amazonaws.com',
  port: 443,
  path: '/',
  query: '',
};

// Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk".
const exampleKey = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: undefined,
};

test.each<[string, Partial<Target>, readonly Field[], string]>([
  [
    'an object',
    { path: '/test.txt' },
    [{ name: 'range', value: 'bytes=0-9' }],
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'the lifecycle of a bucket',
    { query: 'lifecycle' },
    [],
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'a list of objects',
    { query: 'max-keys=2&prefix=J' },
    [],
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
])(
  `${verifies('credentials.sigv4', 'signs the worked example of the specification')}: GET of %s`,
  (_what, place, fields, signature) => {
    const request = {
      method: 'GET',
      target: { ...target, ...place },
      fields,
      payload: ofNothing,
      region: 'us-east-1',
      service: 's3',
    };
    const signed = signRequest(request, exampleKey, new Date('2013-05-24T00:00:00Z'));
    expect(fieldValue(signed, 'authorization')).toMatch(new RegExp(`Signature=${signature}$`));
  },
);

/** The digest as the SDK wants it. */
class Sha256 {
  readonly #digest;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    if (secret === undefined) this.#digest = createHash('sha256');
    else this.#digest = createHmac('sha256', typeof secret === 'string' ? secret : bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#digest.update(typeof data === 'string' ? data : bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#digest.digest();
  }

  reset(): void {}
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

const word = fc.string({ unit: fc.constantFrom(...'aZ09-_.~ é/%+=&*()!'), minLength: 1, maxLength: 6 });
const strict = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

const requests = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST'),
  segments: fc.array(
    word.filter((text) => !/^\.+$/.test(text)),
    { maxLength: 4 },
  ),
  query: fc.dictionary(word, word, { maxKeys: 4 }),
  headers: fc.dictionary(
    fc.constantFrom('x-amz-meta-a', 'content-type', 'range', 'x-other', 'user-agent'),
    fc.string({ unit: fc.constantFrom(...'aZ0; =,'), minLength: 1 }).map((text) => `v${text}v`),
  ),
  payload: fc.constantFrom('UNSIGNED-PAYLOAD', ofNothing, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'),
  service: fc.constantFrom('s3', 'bedrock', 'sts'),
  sessionToken: fc.option(fc.constant('FwoGZXIvYXdzEJr//token=='), { nil: undefined }),
  port: fc.constantFrom(443, 8443),
});

test(verifies('credentials.sigv4', 'signs whatever the signer of AWS itself signs, in the same way'), async () => {
  await fc.assert(
    fc.asyncProperty(requests, async ({ method, segments, query, headers, payload, service, sessionToken, port }) => {
      const key = { ...exampleKey, sessionToken };
      const { accessKeyId, secretAccessKey } = key;
      const region = 'eu-central-1';
      const place = {
        ...target,
        port,
        path: `/${segments.map(strict).join('/')}`,
        query: Object.entries(query)
          .map(([name, value]) => `${strict(name)}=${strict(value)}`)
          .join('&'),
      };
      const fields = Object.entries(headers).map(([name, value]) => ({ name, value }));
      const request: SignedRequest = { method, target: place, fields, payload, region, service };
      const now = new Date('2026-11-22T10:00:00Z');
      const ours = signRequest(request, key, now);

      const host = port === 443 ? place.host : `${place.host}:${port}`;
      const signer = new SignatureV4({
        service,
        region,
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
        sha256: Sha256,
        uriEscapePath: service !== 's3',
      });
      const theirs = await signer.sign(
        {
          method,
          protocol: 'https:',
          hostname: place.host,
          path: place.path,
          query,
          headers: { ...headers, host, 'x-amz-content-sha256': payload },
        },
        { signingDate: now },
      );
      expect(fieldValue(ours, 'authorization')).toBe(theirs.headers['authorization']);
      expect(fieldValue(ours, 'x-amz-security-token')).toBe(sessionToken);
    }),
  );
});

test.each([
  ['s3.eu-central-1.amazonaws.com', 'eu-central-1'],
  ['bucket.s3.dualstack.us-west-2.amazonaws.com', 'us-west-2'],
  ['sts.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['s3.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['iam.amazonaws.com', undefined],
  ['eu-central-1.example.com', undefined],
])('the region of %s is %s', (host, region) => expect(regionOf(host)).toBe(region));
