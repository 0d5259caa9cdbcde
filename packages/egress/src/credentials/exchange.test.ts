import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Obligation } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { decision, startOrigin, startProxy, talk, viaService } from '../testing.ts';
import { signRequest } from './aws/signature.ts';
import { newPlaceholder } from './placeholder.ts';
import { createTestDesk, credentialTerm, type TestDesk } from './testing.ts';

const secret = 'sk-live-"quoted"&=+é';
const close = 'Connection: close\r\n\r\n';

interface Arrived {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface Shop extends AsyncDisposable {
  readonly desk: TestDesk;
  readonly arrived: Arrived[];
  readonly records: Awaited<ReturnType<typeof startProxy>>['records'];
  readonly decided: Awaited<ReturnType<typeof startProxy>>['decided'];
  send(request: string): Promise<string>;
}

/** A proxy before a shop, with a policy that says these about every request. */
async function openShop(terms: readonly Obligation[], answer?: RequestListener): Promise<Shop> {
  const desk = createTestDesk();
  const arrived: Arrived[] = [];
  const origin = await startOrigin((request, response) => {
    const { method, url, headers } = request;
    const serve = async (): Promise<void> => {
      arrived.push({ method, url, headers, body: await text(request) });
      if (answer === undefined) response.end('fine');
      else answer(request, response);
    };
    serve().catch(() => undefined); // broken off on its way, as some must be
  });
  const proxy = await startProxy({
    services: { shop: origin.port, other: origin.port },
    decide: ({ host }) => viaService(host, ...terms),
    hooks: { credentials: desk },
  });
  return {
    desk,
    arrived,
    records: proxy.records,
    decided: proxy.decided,
    send: (request) => talk(proxy.port, request),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    },
  };
}

function get(path: string, field = '', host = 'shop'): string {
  return `GET http://${host}${path} HTTP/1.1\r\nHost: ${host}\r\n${field}${field === '' ? '' : '\r\n'}${close}`;
}

function post(type: string, body: string, path = '/pay'): string {
  const length = Buffer.byteLength(body);
  return `POST http://shop${path} HTTP/1.1\r\nHost: shop\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n${close}${body}`;
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

test(
  verifies('credentials.exchange', 'a placeholder in a header becomes its credential, recorded before'),
  async () => {
    await using shop = await openShop([credentialTerm('shop')]);
    const placeholder = shop.desk.give('shop', 'token-0123456789', {});
    expect(await shop.send(get('/orders', `Authorization: Bearer ${placeholder}`))).toMatch(/^HTTP\/1\.1 200/);
    expect(await shop.send(get('/orders', `Authorization: ${placeholder}`))).toMatch(/^HTTP\/1\.1 200/);
    expect(shop.arrived.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer token-0123456789',
      'token-0123456789',
    ]);
    const use = { name: 'shop', place: 'header:authorization', host: 'shop', method: 'GET', path: '/orders' };
    expect(shop.desk.uses).toEqual([use, use]);
    expect(shop.desk.findings).toEqual([]);
  },
);

test(verifies('credentials.exchange', 'nothing leaves when its use cannot be recorded'), async () => {
  await using shop = await openShop([credentialTerm('shop')]);
  const placeholder = shop.desk.give('shop', 'token-0123456789', {});
  Object.assign(shop.desk, { record: () => Promise.reject(new Error('the disk is full')) });
  const answer = await shop.send(get('/orders', `Authorization: ${placeholder}`));
  expect(answer).toMatch(/^HTTP\/1\.1 502/);
  expect(answer).toContain('upstream_credential_record');
  expect(shop.arrived).toEqual([]);
});

test(
  verifies('credentials.places', 'both halves of Basic authentication are decoded, filled in and encoded'),
  async () => {
    await using shop = await openShop([credentialTerm('shop')]);
    const password = shop.desk.give('shop', secret, { places: ['basic:password'] });
    expect(await shop.send(get('/', `Authorization: ${basic('me', password)}`))).toMatch(/^HTTP\/1\.1 200/);
    expect(shop.arrived[0]?.headers['authorization']).toBe(basic('me', secret));
    // The other half is another place.
    expect(await shop.send(get('/', `Authorization: ${basic(password, '')}`))).toMatch(/^HTTP\/1\.1 403/);
    expect(shop.arrived).toHaveLength(1);
  },
);

test(
  verifies(
    'credentials.places',
    'a query key, a segment of the path, a form field and a JSON pointer are filled in by their own syntax',
  ),
  async () => {
    await using shop = await openShop([credentialTerm(null, { body: true })]);
    const places = ['query:key', 'path', 'form:key', 'json:/auth/key'];
    const placeholder = shop.desk.give('shop', secret, { places });
    const fine = /^HTTP\/1\.1 200/;
    expect(await shop.send(get(`/a?n=1&key=${placeholder}&m=%2B+`))).toMatch(fine);
    expect(await shop.send(post('application/x-www-form-urlencoded', `a=1+2&key=${placeholder}&z`))).toMatch(fine);
    const json = `{ "amount": 10.00, "big": 12345678901234567890, "auth": { "key": "${placeholder}" } }`;
    expect(await shop.send(post('application/json', json))).toMatch(fine);
    const [query, form, body] = shop.arrived;
    expect(query?.url).toBe(`/a?n=1&key=${encodeURIComponent(secret)}&m=%2B+`);
    expect(form?.body).toBe(`a=1+2&key=${encodeURIComponent(secret)}&z`);
    // Everything else as the client wrote it, and nothing that ends the string.
    expect(body?.body).toBe(json.replace(placeholder, JSON.stringify(secret).slice(1, -1)));
    expect(JSON.parse(body?.body ?? '')).toMatchObject({ auth: { key: secret } });

    const chat = shop.desk.give('chat', '123456:AAbb-cc', { places: ['path'] });
    expect(await shop.send(get(`/bot${chat}/send`))).toMatch(fine);
    expect(shop.arrived[3]?.url).toBe('/bot123456:AAbb-cc/send');
  },
);

test(
  verifies('credentials.neutral', 'neither the question nor the record of a request holds placeholder or secret'),
  async () => {
    await using shop = await openShop([credentialTerm('shop')]);
    const placeholder = shop.desk.give('shop', 'token-0123456789', { places: ['path', 'query:key'] });
    expect(await shop.send(get(`/bot${placeholder}/send?key=${placeholder}`))).toMatch(/^HTTP\/1\.1 200/);
    expect(shop.decided[0]?.question.operation).toMatchObject({
      path: '/bot~credential~/send',
      query: 'key=~credential~',
    });
    const told = JSON.stringify([shop.decided, shop.records, shop.desk.uses]);
    expect(told).not.toContain(placeholder);
    expect(told).not.toContain('token-0123456789');
  },
);

test.each<[string, (placeholder: string) => string]>([
  ['another host', (one) => get('/', `Authorization: Bearer ${one}`, 'other')],
  ['another path', (one) => get('/private', `Authorization: Bearer ${one}`)],
  ['another method', (one) => post('text/plain', 'x').replace('\r\n', `\r\nAuthorization: Bearer ${one}\r\n`)],
  ['another header', (one) => get('/', `X-Token: ${one}`)],
  ['a header with text around it', (one) => get('/', `Authorization: Bearer x${one}`)],
  ['a header twice', (one) => get('/', `Authorization: Bearer ${one}, ${one}`)],
  ['the name of a header', (one) => get('/', `X-${one}: 1`)],
  ['the query', (one) => get(`/?q=${one}`)],
  ['the query, encoded', (one) => get(`/?q=%43${one.slice(1)}`)],
  ['the name of a query key', (one) => get(`/?${one}=1`)],
  ['the path', (one) => get(`/${one}`)],
  ['the path, encoded', (one) => get(`/%43${one.slice(1)}`)],
  ['Basic authentication', (one) => get('/', `Authorization: ${basic('me', one)}`)],
])(
  `${verifies('credentials.bound', 'a placeholder aimed at %s is refused, and a finding')}`,
  async (_where, request) => {
    await using shop = await openShop([credentialTerm('shop', { body: true })]);
    const placeholder = shop.desk.give('shop', 'token-0123456789', { methods: ['GET'], paths: ['/', '/orders/**'] });
    expect(await shop.send(request(placeholder))).toMatch(/^HTTP\/1\.1 403/);
    expect(shop.arrived).toEqual([]);
    expect(shop.desk.findings).toHaveLength(1);
    expect(shop.desk.uses).toEqual([]);
  },
);

test(
  verifies('credentials.bound', 'a placeholder that is posted as content is never filled in, and never arrives'),
  async () => {
    await using shop = await openShop([credentialTerm('shop')]);
    const placeholder = shop.desk.give('shop', 'token-0123456789', { places: ['header:authorization', 'json:/key'] });
    const chunks = [placeholder.slice(0, 20), placeholder.slice(20)];
    const chunked = chunks.map((one) => `${one.length.toString(16)}\r\n${one}\r\n`).join('');
    const requests = [
      post('text/plain', `The environment says ${placeholder}.`),
      post('application/json', `{"key":"${placeholder}"}`), // the policy names no body
      `POST http://shop/ HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n${close}${chunked}0\r\n\r\n`,
    ];
    for (const request of requests) expect(await shop.send(request)).toMatch(/^HTTP\/1\.1 403/);
    expect(shop.arrived).toEqual([]);
    expect(shop.desk.findings).toHaveLength(3);
  },
);

test(verifies('credentials.bound', 'in a body it must be the whole value of its own pointer or field'), async () => {
  await using shop = await openShop([credentialTerm('shop', { body: true })]);
  const one = shop.desk.give('shop', secret, { places: ['json:/key', 'form:key'] });
  const bodies: [string, string][] = [
    ['application/json', `{"note":"${one}"}`],
    ['application/json', `{"key":"x${one}"}`],
    ['application/json', `{"${one}":1}`],
    ['application/json', `{"key":"${one}","Key":1}`],
    ['application/json', `{"key":"\\u0043${one.slice(1)}"}`],
    ['application/json', `{"key":"${one}"`],
    ['application/json; charset=utf-16', `{"key":"${one}"}`],
    ['text/plain', `key=${one}`],
    ['multipart/form-data; boundary=x', `--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n${one}\r\n--x--`],
    ['application/x-www-form-urlencoded', `key=${one}&key=2`],
    ['application/x-www-form-urlencoded', `${one}=1`],
  ];
  for (const [type, body] of bodies) expect(await shop.send(post(type, body)), body).toMatch(/^HTTP\/1\.1 403/);
  expect(shop.arrived).toEqual([]);
  expect(shop.desk.findings).toHaveLength(bodies.length);
});

test(verifies('credentials.bound', 'one of another run, or of a run that ended, is refused'), async () => {
  await using shop = await openShop([credentialTerm(null)]);
  expect(await shop.send(get('/', `Authorization: Bearer ${newPlaceholder()}`))).toMatch(/^HTTP\/1\.1 403/);
  expect(shop.arrived).toEqual([]);
  expect(shop.desk.findings).toEqual([expect.stringContaining('no credential of this run')]);
});

test.each([
  ['names none', []],
  ['names another', [credentialTerm('bank')]],
])(`${verifies('credentials.bound', 'nothing is filled in where the policy %s')}`, async (_what, terms) => {
  await using shop = await openShop(terms);
  const placeholder = shop.desk.give('shop', 'token-0123456789', {});
  const answer = await shop.send(get('/', `Authorization: Bearer ${placeholder}`));
  expect(answer).toMatch(/^HTTP\/1\.1 403/);
  expect(answer).toContain('credential_binding');
  expect(shop.arrived).toEqual([]);
  expect(shop.records).toMatchObject([{ outcome: 'refused', decision: { kind: 'deny' } }]);
});

test(verifies('credentials.form', 'a credential that cannot stand in a place is not sent there'), async () => {
  await using shop = await openShop([credentialTerm(null)]);
  const inHeader = shop.desk.give('shop', 'line\r\nX-Other: 1', {});
  expect(await shop.send(get('/', `Authorization: ${inHeader}`))).toContain('upstream_credential_form');
  const inPath = shop.desk.give('path', '../../admin', { places: ['path'] });
  expect(await shop.send(get(`/${inPath}`))).toContain('upstream_credential_form');
  expect(shop.arrived).toEqual([]);
});

test(
  verifies(
    'credentials.scrubbed',
    'an answer that repeats a credential comes without it, whatever its form and its pieces',
  ),
  async () => {
    const token = 'tok"en/0123+456&789';
    await using shop = await openShop([credentialTerm('shop')], (request, response) => {
      const got = String(request.headers['authorization'] ?? '').replace('Bearer ', '') || token;
      response.writeHead(200, { 'x-echo': got, 'x-encoded': encodeURIComponent(got) });
      response.write(`raw ${got.slice(0, 7)}`);
      setTimeout(() => {
        response.write(got.slice(7));
        response.write(` json ${JSON.stringify(got)} url ${encodeURIComponent(got)}`);
        response.end(` b64 ${Buffer.from(`user:${got}`).toString('base64')} end`);
      }, 20);
    });
    const placeholder = shop.desk.give('shop', token, {});
    const answers = [
      await shop.send(get('/', `Authorization: Bearer ${placeholder}`)),
      // Of this run, so a later answer may not bring it either.
      await shop.send(get('/later')),
    ];
    expect(shop.arrived[0]?.headers).toMatchObject({ authorization: `Bearer ${token}`, 'accept-encoding': 'identity' });
    for (const answer of answers) {
      expect(answer).toMatch(/^HTTP\/1\.1 200/);
      const encoded = Buffer.from(`user:${token}`).toString('base64');
      for (const form of [token, JSON.stringify(token).slice(1, -1), encodeURIComponent(token), encoded])
        expect(answer).not.toContain(form);
      expect(answer.replaceAll(/\r\n(?:[0-9a-f]+\r\n)?/g, '')).toContain(`raw ${'*'.repeat(token.length)} json`);
      expect(answer).toMatch(/ en[\r\n0-9a-f]*d/);
    }
  },
);

test(verifies('credentials.scrubbed', 'a compressed answer to a request with a credential does not pass'), async () => {
  await using shop = await openShop([credentialTerm('shop')], (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('anything');
  });
  const placeholder = shop.desk.give('shop', 'token-0123456789', {});
  const answer = await shop.send(get('/', `Authorization: Bearer ${placeholder}`));
  expect(answer).toMatch(/^HTTP\/1\.1 502/);
  expect(answer).toContain('upstream_content_encoding');
});

const awsKey = {
  kind: 'aws',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'FwoGZXIvYXdzEJr-token',
} as const;

/** A request as an SDK signs it with what it was given. */
function signedPost(placeholder: string, body: string, more = ''): string {
  const scope = `${placeholder}/20261122/us-east-1/bedrock/aws4_request`;
  const signature = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
  return post('application/json', body).replace(
    '\r\n',
    `\r\nAuthorization: ${signature}\r\nX-Amz-Date: 20261122T000000Z\r\n${more}`,
  );
}

test(
  verifies('credentials.sigv4', 'a request that was signed with a placeholder leaves signed with the key'),
  async () => {
    const signing = { body: 'by_header', service: 'bedrock', region: 'eu-central-1' } as const;
    await using shop = await openShop([credentialTerm('aws', { signing })]);
    const placeholder = shop.desk.give('aws', awsKey, { places: ['sigv4'] });
    expect(await shop.send(signedPost(placeholder, '{"a":1}'))).toMatch(/^HTTP\/1\.1 200/);
    const [arrived] = shop.arrived;
    const headers = arrived?.headers ?? {};
    expect(headers).toMatchObject({
      'x-amz-security-token': awsKey.sessionToken,
      'x-amz-content-sha256': createHash('sha256').update('{"a":1}').digest('hex'),
    });
    expect(arrived?.body).toBe('{"a":1}');
    // The other side works the signature out from what arrived, and comes to the same.
    const time = String(headers['x-amz-date']);
    const iso = time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
    const target = { kind: 'target', scheme: 'http', host: 'shop', port: 80, path: '/pay', query: '' } as const;
    const fields = [{ name: 'content-type', value: 'application/json' }];
    const payload = String(headers['x-amz-content-sha256']);
    const again = signRequest(
      { method: 'POST', target, fields, payload, region: 'eu-central-1', service: 'bedrock' },
      awsKey,
      new Date(iso),
    );
    expect(headers['authorization']).toBe(again.at(-1)?.value);
    expect(JSON.stringify(shop.arrived)).not.toContain(awsKey.secretAccessKey);
    expect(JSON.stringify(shop.arrived)).not.toContain(placeholder);
  },
);

test.each<[string, Partial<Parameters<typeof credentialTerm>[1]>, string, string]>([
  [
    'chunks that are signed with a key of another kind',
    {},
    'X-Amz-Content-Sha256: STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD\r\n',
    'cannot be signed anew',
  ],
  ['a host that names no region', { signing: { body: 'signed', service: 's3', region: null } }, '', 'signing_region'],
  ['a policy that wants no signature', { signing: null }, '', 'credential_signing'],
])(`${verifies('credentials.sigv4', 'refuses')} %s`, async (_what, term, more, said) => {
  const signing = { body: 'by_header', service: 's3', region: 'us-east-1' } as const;
  await using shop = await openShop([credentialTerm('aws', { signing, ...term })]);
  const placeholder = shop.desk.give('aws', awsKey, { places: ['sigv4'] });
  const answer = await shop.send(signedPost(placeholder, '{}', more));
  expect(answer).toMatch(/^HTTP\/1\.1 403/);
  expect(answer).toContain(said);
  expect(shop.arrived).toEqual([]);
});

test(
  verifies('credentials.bound', 'over plain HTTP nothing is filled in, unless it is to a service of this machine'),
  async () => {
    const desk = createTestDesk();
    await using proxy = await startProxy({
      decide: () => decision('allow', [credentialTerm('shop')]),
      resolve: () => Promise.resolve(['93.184.215.14']),
      hooks: { credentials: desk },
    });
    const placeholder = desk.give('shop', 'token-0123456789', {});
    const answer = await talk(proxy.port, get('/', `Authorization: Bearer ${placeholder}`));
    expect(answer).toMatch(/^HTTP\/1\.1 403/);
    expect(answer).toContain('in the clear');
    expect(desk.uses).toEqual([]);
  },
);
