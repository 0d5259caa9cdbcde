import { text } from 'node:stream/consumers';
import type { MiddlewareContent } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { createTestDesk, credentialTerm } from '../credentials/testing.ts';
import type { EgressFinding } from '../detection/finding.ts';
import { decision, startOrigin, startProxy, talk, viaService } from '../testing.ts';

const skKey = 'sk-abcdefghijklmnop1234';

async function openShop(takenOut: readonly MiddlewareContent[] = ['credentials', 'pii', 'sk_keys']) {
  const arrived: string[] = [];
  const findings: EgressFinding[] = [];
  const desk = createTestDesk();
  const origin = await startOrigin((request, response) => {
    const serve = async (): Promise<void> => {
      arrived.push(await text(request));
      response.end('fine');
    };
    serve().catch(() => undefined);
  });
  const proxy = await startProxy({
    services: { shop: origin.port },
    decide: ({ host }) => viaService(host, credentialTerm('shop', { body: true })),
    hooks: {
      credentials: desk,
      inspect: ({ operation }) => ({ pointers: operation === undefined ? [] : ['/to'], digestBody: true, takenOut }),
      found: (finding) => void findings.push(finding),
    },
  });
  const post = (body: string, type = 'application/json', more = ''): Promise<string> =>
    talk(
      proxy.port,
      `POST http://shop/pay HTTP/1.1\r\nHost: shop\r\nContent-Type: ${type}\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  return {
    arrived,
    findings,
    desk,
    proxy,
    post,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    },
  };
}

const fine = /^HTTP\/1\.1 200/;

test(
  verifies('egress.redaction', 'what the policy takes out reaches no server, and everything else does'),
  async () => {
    await using shop = await openShop();
    const body = JSON.stringify({ to: 'ann@example.org', note: `use ${skKey}, or 4111 1111 1111 1111.`, n: 1 });
    expect(await shop.post(body)).toMatch(fine);
    expect(JSON.parse(shop.arrived[0] ?? '')).toEqual({
      to: '[e-mail address removed]',
      note: 'use [access key removed], or [payment card removed].',
      n: 1,
    });
    expect(shop.arrived[0]).not.toMatch(/ann@|sk-abc|4111/);
    expect(shop.findings.map(({ kind, place }) => [kind, place])).toContainEqual([
      'e-mail address',
      'the body, where it was taken out',
    ]);
    // What is decided is what is sent.
    expect(shop.proxy.decided[0]?.question.operation?.parameters[0]?.value).toBe('[e-mail address removed]');
    expect(await shop.post('{"to":"nobody"}')).toMatch(fine);
    expect(shop.arrived[1]).toBe('{"to":"nobody"}');
  },
);

test(verifies('egress.redaction', 'a placeholder is none of it, and is filled in afterwards'), async () => {
  await using shop = await openShop();
  const placeholder = shop.desk.give('shop', 'sk-real-0123456789abcdef', { places: ['json:/key'] });
  expect(await shop.post(JSON.stringify({ to: 'x', key: placeholder, note: skKey }))).toMatch(fine);
  expect(JSON.parse(shop.arrived[0] ?? '')).toEqual({
    to: 'x',
    key: 'sk-real-0123456789abcdef',
    note: '[access key removed]',
  });
});

test.each<[string, string, string, string]>([
  [
    'in base64',
    JSON.stringify({ to: Buffer.from(`my key is ${skKey} and ann@example.org too`).toString('base64') }),
    'application/json',
    '',
  ],
  ['in a body that is no text', `\u0000\u0001${skKey}`, 'application/octet-stream', ''],
  ['in a compressed body', '{"to":"x"}', 'application/json', 'Content-Encoding: gzip\r\n'],
  ['as a private key', JSON.stringify({ to: '-----BEGIN PRIVATE KEY-----\nMIIE' }), 'application/json', ''],
])(
  `${verifies('egress.redaction', 'what cannot be taken out does not leave')}: %s`,
  async (_what, body, type, more) => {
    await using shop = await openShop();
    expect(await shop.post(body, type, more)).toMatch(/^HTTP\/1\.1 403/);
    expect(shop.arrived).toEqual([]);
  },
);

test(verifies('egress.redaction', 'a connection to such a host that is not read is refused'), async () => {
  await using proxy = await startProxy({
    decide: () => decision('allow', []),
    resolve: () => Promise.resolve(['93.184.215.14']),
    hooks: { inspect: () => ({ pointers: [], digestBody: false, takenOut: ['pii'] }) },
  });
  expect(await talk(proxy.port, 'CONNECT shop:443 HTTP/1.1\r\nHost: shop:443\r\n\r\n')).toMatch(/^HTTP\/1\.1 403/);
});
