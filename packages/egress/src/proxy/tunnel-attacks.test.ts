import type { EgressQuestion } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { decision, startOrigin, startProxy, startRawOrigin, talk, viaService } from '../testing.ts';

const end = 'Connection: close\r\n\r\n';
const connectFirst = 'CONNECT shop:80 HTTP/1.1\r\nHost: shop:80\r\n\r\n';
const readInside = viaService('shop', { kind: 'inspect', tls: 'none', protocol: 'rest' });

/** Requests inside an inspected tunnel to shop:80 that name somewhere else. */
const elsewhere = [
  ['another Host', `GET / HTTP/1.1\r\nHost: bank\r\n${end}`, 'host_mismatch'],
  ['another port in Host', `GET / HTTP/1.1\r\nHost: shop:443\r\n${end}`, 'host_mismatch'],
  ['Host before an at sign', `GET / HTTP/1.1\r\nHost: shop@bank\r\n${end}`, 'user_information'],
  ['a port that is user information', `GET / HTTP/1.1\r\nHost: shop:80@bank\r\n${end}`, 'user_information'],
  ['Host with a fragment', `GET / HTTP/1.1\r\nHost: shop#.bank\r\n${end}`, 'host'],
  ['Host with a path', `GET / HTTP/1.1\r\nHost: shop/bank\r\n${end}`, 'host'],
  ['Host with an encoded dot', `GET / HTTP/1.1\r\nHost: shop%2ebank\r\n${end}`, 'host'],
  ['absolute-form', `GET http://bank/ HTTP/1.1\r\nHost: shop\r\n${end}`, 'target_form'],
  ['absolute-form for the same host', `GET http://shop/ HTTP/1.1\r\nHost: shop\r\n${end}`, 'target_form'],
  ['a second tunnel', `CONNECT bank:80 HTTP/1.1\r\nHost: bank:80\r\n\r\n`, 'nested_tunnel'],
  ['a change of protocol', `GET / HTTP/1.1\r\nHost: shop\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n`, 'upgrade'],
] as const;

test.each(elsewhere)(
  `${verifies('egress.strict-requests', 'a request in a tunnel is for the host of the tunnel')}: %s`,
  async (_name, inside, fault) => {
    let reached = 0;
    await using origin = await startOrigin((_request, response) => {
      reached++;
      response.end();
    });
    await using proxy = await startProxy({
      services: { shop: origin.port, bank: origin.port },
      decide: ({ operation, host }) => (operation === undefined ? readInside : viaService(host)),
    });
    const answer = await talk(proxy.port, connectFirst + inside);
    expect(answer).toMatch(/^HTTP\/1\.1 200 Connection established\r\n\r\nHTTP\/1\.1 (?:4|5)\d\d /);
    expect(answer).toContain(`"code":"request_${fault}"`);
    expect(reached).toBe(0);
  },
);

/** Spellings of one host must be one host to the policy, or none. */
test.each([
  ['shop', 'shop'],
  ['SHOP', 'shop'],
  ['shop.', 'shop'],
  ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['b%C3%BCcher.example', null],
  ['shop..', null],
  ['.shop', null],
  ['sh_op', 'sh_op'],
  ['shop%00', null],
  ['shop\\.bank', null],
  ['[::ffff:10.0.0.1]', null],
  ['[fe80::1%25eth0]', null],
  ['0x7f.1', null],
  ['2130706433', null],
  ['127.0.0.1.', null],
])(verifies('egress.strict-requests', 'the host %s is asked about as %s'), async (written, asked) => {
  for (const bytes of [
    `GET http://${written}/ HTTP/1.1\r\nHost: ${written}\r\n${end}`,
    `CONNECT ${written}:80 HTTP/1.1\r\nHost: ${written}:80\r\n\r\n`,
  ]) {
    const questions: EgressQuestion[] = [];
    await using proxy = await startProxy({
      decide: (question) => {
        questions.push(question);
        return decision('deny');
      },
    });
    const answer = await talk(proxy.port, bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
    expect(questions.map(({ host }) => host)).toEqual(asked === null ? [] : [asked]);
  }
});

test(
  verifies('egress.deny-by-default', 'of pipelined requests the denied one does not leave, and none changes places'),
  async () => {
    const arrived: string[] = [];
    await using origin = await startOrigin((request, response) => {
      arrived.push(request.url ?? '');
      response.end(`answer to ${request.url};`);
    });
    await using proxy = await startProxy({
      services: { shop: origin.port },
      decide: ({ operation }) => (operation?.path === '/secret' ? decision('deny') : viaService('shop')),
    });
    const get = (path: string, more = '') => `GET http://shop${path} HTTP/1.1\r\nHost: shop\r\n${more}\r\n`;
    const answer = await talk(
      proxy.port,
      get('/one') + get('/secret') + get('/two') + get('/three', 'Connection: close\r\n'),
    );
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 403', 'HTTP/1.1 200', 'HTTP/1.1 200']);
    expect(answer.match(/answer to \/\w+(?=;)/g)).toEqual(['answer to /one', 'answer to /two', 'answer to /three']);
    expect(arrived).toEqual(['/one', '/two', '/three']);
  },
);

test(
  verifies('egress.bounded', 'a body that stops half-way is given up on both sides, and never completed'),
  async () => {
    let arrived = '';
    let isClosed: (() => void) | undefined;
    const closed = new Promise<void>((resolve) => {
      isClosed = resolve;
    });
    await using origin = await startRawOrigin((socket, head) => {
      arrived = head;
      socket.on('data', (more: Buffer) => {
        arrived += more.toString('latin1');
      });
      socket.on('close', () => isClosed?.());
    });
    await using proxy = await startProxy({ services: { shop: origin.port }, limits: { idleSeconds: 0.2 } });
    const answer = await talk(
      proxy.port,
      'POST http://shop/ HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n8\r\nno',
    );
    expect(answer).not.toContain('HTTP/1.1 200');
    await closed;
    expect(arrived).not.toContain('0\r\n\r\n');
  },
);

test(verifies('egress.public-addresses-only', 'one private answer among public ones refuses the name'), async () => {
  for (const answers of [
    ['93.184.215.14', '10.0.0.1'],
    ['::ffff:127.0.0.1'],
    ['64:ff9b::7f00:1'],
    ['fe80::1'],
    ['100.64.0.1'],
  ]) {
    await using proxy = await startProxy({ resolve: async () => answers, decide: () => decision('allow') });
    const answer = await talk(proxy.port, `GET http://shop.example/ HTTP/1.1\r\nHost: shop.example\r\n${end}`);
    expect(answer).toMatch(/^HTTP\/1\.1 403/);
    expect(answer).toContain('not a public address');
  }
});
