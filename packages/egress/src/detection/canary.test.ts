import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { prepareExactValues } from '@clawhold/detect';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { RequestBody } from '../proxy/request-body.ts';
import {
  type Bench,
  decision,
  everything,
  startOrigin,
  startProxy,
  startRawOrigin,
  talk,
  viaService,
} from '../testing.ts';
import { type Pieces, piecesBefore } from '../wire/pieces.ts';
import { detectedFault, type EgressFinding } from './finding.ts';
import { WatchedBody } from './watched-body.ts';

const canary = 'dpl_4Jq9ZtWk2LmXv7RbNc5HsGp8';
const [left, right] = [canary.slice(0, 14), canary.slice(14)];
const base64 = Buffer.from(`x${canary}y`).toString('base64');
const hex = Buffer.from(canary).toString('hex');

interface Scene extends AsyncDisposable {
  readonly proxy: Bench;
  readonly findings: EgressFinding[];
  /** Whatever reached the server, as bytes. */
  readonly arrived: () => string;
}

async function scene(): Promise<Scene> {
  const findings: EgressFinding[] = [];
  let arrived = '';
  const origin = await startRawOrigin((socket, head) => {
    arrived += head;
    socket.on('data', (more: Buffer) => {
      arrived += more.toString('latin1');
    });
    if (!head.startsWith('POST')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
  const proxy = await startProxy({
    decide: () => viaService('shop'),
    services: { shop: origin.port },
    hooks: {
      guarded: () => prepareExactValues([{ kind: 'canary', value: canary }]),
      found: (finding) => findings.push(finding),
    },
  });
  return {
    proxy,
    findings,
    arrived: () => arrived,
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    },
  };
}

const get = (path: string, fields = '', host = 'shop') =>
  `GET http://${host}${path} HTTP/1.1\r\nHost: ${host}\r\n${fields}Connection: close\r\n\r\n`;

test.each([
  ['the path', get(`/a/${canary}/b`)],
  ['the query', get(`/?q=${encodeURIComponent(base64)}`)],
  ['the path', get(`/a/${left}/${right}`)],
  ['the query', get(`/?q=${hex.toUpperCase()}`)],
  ['the header authorization', get('/', `Authorization: Basic ${Buffer.from(`u:${canary}`).toString('base64')}\r\n`)],
  ['the header cookie', get('/', `Cookie: a=${Buffer.from(base64).toString('base64url')}\r\n`)],
  [`the header ${hex.slice(0, 40)}`, get('/', `${hex}: 1\r\n`)],
  ['the host', get('/', '', `${canary}.example.com`)],
  ['the host', get('/', '', `${hex.slice(0, 40)}.${hex.slice(40)}.example.com`)],
  ['several parts together', get('/', `X-A: ${left}\r\nX-B: ${right}\r\n`)],
  ['several parts together', get('/', `X-Part-2: ${right}\r\nAccept: */*\r\nX-Part-1: ${left}\r\n`)],
  ['several parts together', get(`/?a=${left}&b=${right}`)],
  ['several parts together', get(`/?a=${right}&c=1&b=${left}`)],
  ['several parts together', get(`/?${left}=1&${right}=2`)],
  ['several parts together', get(`/${left}?b=${right}`)],
  ['several parts together', get(`/?b=${right}`, `X-A: ${left}\r\n`)],
  ['several parts together', get('/', `Cookie: sid=1:${left}; theme=dark; lang=2:${right}\r\n`)],
  ['several parts together', get('/', `X-B: ${left}\r\nUser-Agent: curl/8\r\nX-A: ${right}\r\n`)],
  ['several parts together', get(`/${right}`, '', `${left.replace('_', '-')}.example.com`)],
  ['several parts together', get(`/?q=${hex.slice(28)}`, `X-A: ${Buffer.from(left).toString('base64')}\r\n`)],
])(`${verifies('egress.canary', 'a request is refused and is a finding')}: a canary in %s`, async (place, request) => {
  await using world = await scene();
  const answer = await talk(world.proxy.port, request);
  expect(answer).toMatch(/^HTTP\/1\.1 403/);
  expect(answer).toContain('x-clawhold-decision: denied');
  expect(world.arrived()).toBe('');
  expect(world.findings).toMatchObject([{ kind: 'canary', place, value: canary }]);
  expect(world.proxy.decided).toEqual([]);
  expect(world.proxy.records).toMatchObject([{ outcome: 'refused', status: 403, fault: 'finding' }]);
  // Neither whoever asked nor the record has it in clear.
  for (const text of [answer, JSON.stringify(world.proxy.records)])
    for (const piece of [canary, left, base64, hex.slice(0, 40)])
      expect(text.toLowerCase()).not.toContain(piece.toLowerCase());
});

test(
  verifies('egress.canary', 'fields that come again are looked through again when other values must not leave'),
  async () => {
    const [longer, shorter] = [`${canary}more`, canary].map((value) => prepareExactValues([{ kind: 'canary', value }]));
    const places: string[] = [];
    let guarded = longer;
    await using origin = await startOrigin((request, response) => {
      if (request.url === '/2') guarded = shorter;
      response.end('ok');
    });
    await using proxy = await startProxy({
      services: { shop: origin.port },
      hooks: {
        guarded: () => guarded,
        found: ({ place }) => places.push(place),
      },
    });
    const again = (path: string): string => `GET http://shop${path} HTTP/1.1\r\nHost: shop\r\nX-A: ${canary}\r\n\r\n`;
    const statuses = async (...paths: readonly string[]) =>
      (await talk(proxy.port, paths.map(again).join(''))).match(/(?<=HTTP\/1\.1 )\d+/g);
    expect(await statuses('/1', `/${canary}more`)).toEqual(['200', '403']);
    expect(await statuses('/1', '/2', '/3')).toEqual(['200', '200', '403']);
    expect(places).toEqual(['the path', 'the header x-a']);
  },
);

test(
  verifies('egress.canary', 'a body that streams is never completed, and the piece that completes it is not sent'),
  async () => {
    await using world = await scene();
    const head = 'POST http://shop/ HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';
    const size = (text: string): string => text.length.toString(16);
    const body = `${size(left)}\r\n${left}\r\n${size(right)}\r\n${right}\r\n0\r\n\r\n`;
    expect(await talk(world.proxy.port, head + body)).toMatch(/^HTTP\/1\.1 403/);
    expect(world.arrived()).not.toContain(right);
    expect(world.arrived()).not.toContain('0\r\n\r\n');
    expect(world.findings).toMatchObject([{ kind: 'canary', place: 'the body' }]);
    expect(world.proxy.records).toMatchObject([{ outcome: 'refused', fault: 'finding' }]);
  },
);

test(verifies('egress.canary', 'what follows a body is looked through before the body is completed'), async () => {
  class WithTrailers extends RequestBody {
    readonly finished = false;
    readonly length = undefined;
    readonly trailers = [{ name: 'x-sum', value: canary }];
    pieces(): Pieces {
      return piecesBefore(Buffer.from(left));
    }
    async skip(): Promise<void> {}
  }
  const values = prepareExactValues([{ kind: 'canary', value: canary }]);
  const pieces: unknown[] = [];
  for await (const piece of new WatchedBody(new WithTrailers(), values.detector(), () => {}).pieces())
    pieces.push(piece);
  expect(pieces).toEqual([Buffer.from(left), detectedFault]);
});

test(verifies('egress.canary', 'a body that is read before the decision is not decided about'), async () => {
  await using world = await scene();
  await using reading = await startProxy({
    hooks: {
      inspect: () => ({ pointers: ['/a'], digestBody: true }),
      guarded: () => prepareExactValues([{ kind: 'canary', value: canary }]),
      found: (finding) => world.findings.push(finding),
    },
  });
  const body = JSON.stringify({ a: [...canary].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join('') });
  const post = `POST http://shop/ HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  expect(await talk(reading.port, post)).toMatch(/^HTTP\/1\.1 403/);
  expect(reading.decided).toEqual([]);
  expect(world.findings).toMatchObject([{ place: 'the body' }]);
});

test(verifies('egress.canary', 'a tunnel that is not read passes no canary, nor does its name'), async () => {
  await using world = await scene();
  const talkInside = async (host: string, inside: string): Promise<string> => {
    const socket = connect(world.proxy.port, '127.0.0.1');
    socket.write(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    setTimeout(() => socket.write(inside), 50);
    return everything(socket);
  };
  expect(await talkInside('shop:25', `EHLO\r\n\r\n${base64}`)).toMatch(/^HTTP\/1\.1 200/);
  expect(await talkInside(`${canary}.example.com:25`, '')).toMatch(/^HTTP\/1\.1 403/);
  expect(world.arrived()).not.toContain(base64.slice(4, 20));
  expect(world.findings).toMatchObject([{ place: 'the bytes of a tunnel' }, { place: 'the host' }]);
  expect(JSON.stringify(world.proxy.records).toLowerCase()).not.toContain(canary.toLowerCase());
});

test('what has no canary passes, and the model door is watched too', async () => {
  await using origin = await startOrigin((_request, response) => response.end('fine'));
  let asked = 0;
  await using proxy = await startProxy({
    services: { shop: origin.port },
    decide: ({ host }) => (host === 'shop' ? viaService('shop') : decision('deny')),
    hooks: {
      guarded: () => prepareExactValues([{ kind: 'canary', value: canary }]),
      inference: async () => {
        asked++;
        return { status: 200, headers: {}, body: (async function* () {})() };
      },
    },
  });
  expect(await talk(proxy.port, get(`/${left}/${canary.slice(15)}`))).toMatch(/^HTTP\/1\.1 200/);
  expect(await talk(proxy.port, get('/v1/models', `X-A: ${canary}\r\n`, 'inference.local'))).toMatch(/^HTTP\/1\.1 403/);
  expect(await talk(proxy.port, get('/v1/models', '', 'inference.local'))).toMatch(/^HTTP\/1\.1 200/);
  expect(asked).toBe(1);
});

test(verifies('egress.canary', 'one in a question to a model ends it at once, with the reason'), async () => {
  await using proxy = await startProxy({
    hooks: {
      guarded: () => prepareExactValues([{ kind: 'canary', value: canary }]),
      inference: async ({ body }) => {
        const status = await buffer(body).then(
          () => 200,
          () => 400,
        );
        return { status, headers: {}, body: (async function* () {})() };
      },
    },
  });
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: canary }] });
  const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: inference.local\r\nContent-Length: ${body.length}\r\n`;
  const answer = await talk(proxy.port, `${head.replace(' /', ' http://inference.local/')}\r\n${body}`);
  expect(answer).toMatch(/^HTTP\/1\.1 403/);
  expect(answer).toContain('policy_denied');
  expect(answer).not.toContain(canary);
});
