import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { prepareExactValues } from '@clawhold/detect';
import { compile, decide } from '@clawhold/policy';
import { type EgressQuestion, noUsage, policyDocumentSchema } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { EgressLimits } from '../limits.ts';
import { type Bench, external, startOrigin, startProxy, startRawOrigin } from '../testing.ts';
import { closeFrame, opcodes, writeFrame, writeFrameHead } from './frame.ts';

const document = policyDocumentSchema.parse({
  version: 1,
  network_policies: {
    all: {
      endpoints: [
        {
          host: 'chat',
          port: 80,
          path: '/ws',
          protocol: 'websocket',
          rules: [{ allow: { method: 'GET', path: '/ws' } }, { allow: { method: 'WEBSOCKET_TEXT', path: '/ws' } }],
        },
        {
          host: 'chat',
          port: 80,
          path: '/graphql',
          protocol: 'websocket',
          rules: [{ allow: { method: 'GET', path: '/graphql' } }, { allow: { operation_type: 'subscription' } }],
          deny_rules: [{ operation_type: '*', fields: ['secrets'] }],
        },
        { host: 'chat', port: 80, path: '/rest/**', access: 'full' },
      ],
    },
  },
});

interface World extends AsyncDisposable {
  readonly proxy: Bench;
  /** What the server got, with its kind. */
  readonly arrived: readonly string[];
  /** Headers of upgrades that reached the server. */
  readonly upgrades: readonly (readonly string[])[];
  open(path: string, protocols?: readonly string[]): Promise<WebSocket>;
}

const lookup = (): ((question: EgressQuestion) => ReturnType<typeof decide>) => {
  const compiled = compile({ ceiling: policyDocumentSchema.parse({ version: 1 }), agent: document });
  if (compiled.kind !== 'ok') throw new Error(JSON.stringify(compiled.problems));
  const { snapshot } = compiled;
  // The server is on loopback, where no name may lead.
  return (question) => {
    const decided = decide(question, snapshot, noUsage, 0);
    return { ...decided, obligations: [...decided.obligations, { kind: 'service', name: 'chat' }] };
  };
};

async function startChatProxy(port: number, limits: Partial<EgressLimits> = {}): Promise<Bench> {
  return startProxy({ services: { chat: port }, limits, decide: lookup(), hooks: { dataLabel: () => external } });
}

/** The proxy with a policy before a server that says everything back. */
async function startWorld(limits: Partial<EgressLimits> = {}): Promise<World> {
  const arrived: string[] = [];
  const upgrades: (readonly string[])[] = [];
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  const origin = await startOrigin(
    (_request, response) => response.end('plain'),
    (request, socket, head) => {
      upgrades.push(request.rawHeaders);
      sockets.handleUpgrade(request, socket, head, (server) => {
        server.on('error', () => {});
        server.on('message', (data: Buffer, isBinary) => {
          arrived.push(`${isBinary ? 'binary' : 'text'} ${data.length > 100 ? data.length : data}`);
          server.send(data, { binary: isBinary });
        });
      });
    },
  );
  const proxy = await startChatProxy(origin.port, limits);
  return {
    proxy,
    arrived,
    upgrades,
    async open(path, protocols = []) {
      const tunnel = connect(proxy.port, '127.0.0.1');
      tunnel.write('CONNECT chat:80 HTTP/1.1\r\nHost: chat:80\r\n\r\n');
      await once(tunnel, 'data');
      const client = new WebSocket(`ws://chat${path}`, [...protocols], { createConnection: () => tunnel });
      onTestFinished(() => client.terminate());
      await once(client, 'open');
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    },
  };
}

async function said(client: WebSocket, text: string): Promise<string> {
  const heard = once(client, 'message');
  client.send(text);
  return String((await heard)[0]);
}

async function closing(client: WebSocket): Promise<string> {
  const [code, reason] = await once(client, 'close');
  return `${code} ${reason}`;
}

test(
  verifies('egress.websocket', 'text that is allowed passes both ways, anything else closes with the reason'),
  async () => {
    await using world = await startWorld();
    const client = await world.open('/ws');
    expect(await said(client, 'hello')).toBe('hello');
    const big = 'x'.repeat(300_000);
    expect(await said(client, big)).toBe(big);
    client.ping();
    await once(client, 'pong');
    const closed = closing(client);
    client.send(Buffer.from('bytes'));
    expect(await closed).toMatch(/^1008 No rule allows GET chat:80\/ws \(binary message\)/);
    expect(world.arrived).toEqual(['text hello', 'text 300000']);
    const about = world.proxy.records.map(({ outcome, status, question }) => [
      outcome,
      status,
      question?.operation?.message,
    ]);
    expect(about.slice(0, 3)).toEqual([
      ['answered', 101, { protocol: 'websocket', frame: 'text' }],
      ['answered', 101, { protocol: 'websocket', frame: 'text' }],
      ['refused', 101, { protocol: 'websocket', frame: 'binary' }],
    ]);
    await vi.waitFor(() => expect(world.proxy.records.at(3)).toMatchObject({ fault: 'message_refused', status: 101 }));
  },
);

test(verifies('egress.websocket', 'an end by the client, and one by the server, reach the other side'), async () => {
  await using world = await startWorld();
  const client = await world.open('/ws');
  client.close(4_001, 'enough');
  expect(await closing(client)).toBe('4001 enough');
  await vi.waitFor(() => expect(world.proxy.records).toMatchObject([{ outcome: 'answered', status: 101 }]));
});

test(verifies('egress.websocket', 'where the policy does not speak of WebSockets none is opened'), async () => {
  await using world = await startWorld();
  for (const [path, reason] of [
    ['/rest/a', 'protocol: websocket'],
    ['/other', 'No rule allows'],
  ]) {
    const tunnel = connect(world.proxy.port, '127.0.0.1');
    tunnel.write(`${upgradeOf(`http://chat${path}`)}\r\n`);
    const [answer] = await once(tunnel, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 403 /);
    expect(String(answer)).toContain(reason);
    tunnel.destroy();
  }
  expect(world.upgrades).toEqual([]);
});

const upgradeOf = (target: string, more = ''): string =>
  `GET ${target} HTTP/1.1\r\nHost: chat\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}`;

test.each([
  ['no key', (text: string) => text.replace(/Sec-WebSocket-Key.*\r\n/, '')],
  ['another version', (text: string) => text.replace('13', '8')],
  ['a key that is none', (text: string) => text.replace('dGhl', 'dGhl dGhl')],
  ['two keys', (text: string) => `${text}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`],
  ['POST', (text: string) => text.replace('GET', 'POST')],
  ['a body', (text: string) => `${text}Content-Length: 2\r\n`],
  ['another protocol', (text: string) => text.replace('Upgrade: websocket', 'Upgrade: h2c')],
  ['two protocols', (text: string) => text.replace('Upgrade: websocket', 'Upgrade: websocket, h2c')],
  ['no Connection', (text: string) => text.replace('Connection: Upgrade\r\n', '')],
  [
    'a field that Connection names',
    (text: string) => text.replace('Connection: Upgrade', 'Connection: Upgrade, Cookie'),
  ],
])(`${verifies('egress.websocket', 'an upgrade that is not by the letter is none')}: %s`, async (_name, change) => {
  await using world = await startWorld();
  const socket = connect(world.proxy.port, '127.0.0.1');
  socket.write(`${change(upgradeOf('http://chat/ws'))}\r\n`);
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 (?:400|501) /);
  expect(world.upgrades).toEqual([]);
  socket.destroy();
});

test(
  verifies('egress.websocket-frames', 'no extension is offered on, and one that a server chooses is refused'),
  async () => {
    await using world = await startWorld();
    const client = await world.open('/ws');
    expect(client.extensions).toBe('');
    expect(world.upgrades[0]?.join(' ').toLowerCase()).not.toContain('extensions');
    for (const [answer, fault] of [
      ['Sec-WebSocket-Extensions: permessage-deflate\r\n', 'switched'],
      ['Sec-WebSocket-Protocol: other\r\n', 'switched'],
    ]) {
      await using origin = await startRawOrigin((socket, head) => {
        const key = /sec-websocket-key: (.*)\r\n/.exec(head)?.[1] ?? '';
        socket.write(
          `HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n${answer}\r\n`,
        );
      });
      await using proxy = await startChatProxy(origin.port);
      const socket = connect(proxy.port, '127.0.0.1');
      socket.write(`${upgradeOf('http://chat/ws')}\r\n`);
      const [bytes] = await once(socket, 'data');
      expect(String(bytes)).toMatch(/^HTTP\/1\.1 502 /);
      expect(String(bytes)).toContain(`upstream_${fault}`);
      socket.destroy();
    }
  },
);

const mask = Buffer.from([1, 2, 3, 4]);
const part = (isLast: boolean, opcode: number, text: string): Buffer => {
  const whole = writeFrame(opcode, Buffer.from(text), mask);
  whole.writeUInt8((isLast ? 0x80 : 0) | opcode, 0);
  return whole;
};
const withFirst = (bits: number): Buffer => {
  const frame = writeFrame(opcodes.text, Buffer.from('a'), mask);
  frame.writeUInt8(bits, 0);
  return frame;
};

test.each([
  ['an unmasked frame', writeFrame(opcodes.text, Buffer.from('a')), 1002],
  ['a compressed frame', withFirst(0xc1), 1002],
  ['an unknown kind', withFirst(0x83), 1002],
  ['an unknown control frame', withFirst(0x8b), 1002],
  ['a control frame in pieces', part(false, opcodes.ping, 'a'), 1002],
  ['a control frame that is too long', writeFrame(opcodes.ping, Buffer.alloc(126), mask), 1002],
  ['a message that goes on without a beginning', part(true, opcodes.continuation, 'a'), 1002],
  ['a message within a message', Buffer.concat([part(false, opcodes.text, 'a'), part(true, opcodes.text, 'b')]), 1002],
  [
    'a length in more bytes than it needs',
    Buffer.concat([Buffer.from([0x81, 0xfe, 0, 1]), mask, Buffer.from('a')]),
    1002,
  ],
  ['a length beyond all numbers', Buffer.concat([Buffer.from([0x81, 0xff]), Buffer.alloc(8, 0xff), mask]), 1002],
  ['a message that is too large', writeFrameHead({ isLast: true, opcode: opcodes.text, length: 2_001, mask }), 1009],
  [
    'a message in too many pieces',
    Buffer.concat([part(false, 1, 'a'), ...Array.from({ length: 9 }, () => part(false, 0, ''))]),
    1009,
  ],
])(
  `${verifies('egress.websocket-frames', 'a client that breaks the rules of frames loses its connection')}: %s`,
  async (_name, bytes, code) => {
    await using world = await startWorld({ webSocketMessageBytes: 2_000, webSocketFragments: 8 });
    const socket = await rawWebSocket(world.proxy);
    socket.write(bytes);
    const received: Buffer[] = [];
    socket.on('data', (piece: Buffer) => received.push(piece));
    await once(socket, 'close');
    expect(Buffer.concat(received).readUInt16BE(2)).toBe(code);
    expect(world.arrived).toEqual([]);
  },
);

async function rawWebSocket(proxy: Bench): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(`${upgradeOf('http://chat/ws')}\r\n`);
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 101 /);
  return socket;
}

test(
  verifies('egress.websocket-frames', 'a server that breaks them is cut off, and nothing of the frame passes'),
  async () => {
    await using origin = await startOrigin(
      () => {},
      (_request, socket) => {
        // Any accept would do for this test but the true one: ws makes it.
        sockets.handleUpgrade(_request, socket, Buffer.alloc(0), () =>
          socket.write(writeFrame(opcodes.text, Buffer.from('masked'), mask)),
        );
      },
    );
    const sockets = new WebSocketServer({ noServer: true });
    await using proxy = await startChatProxy(origin.port);
    const socket = await rawWebSocket(proxy);
    await once(socket, 'close');
    expect(proxy.records).toMatchObject([{ outcome: 'cut', fault: 'frame_mask', responseBytes: 0 }]);
  },
);

test(verifies('egress.websocket', 'a message streams: its beginning arrives before its end was sent'), async () => {
  let arrived = 0;
  await using origin = await startOrigin(
    () => {},
    (request, socket) => {
      new WebSocketServer({ noServer: true }).handleUpgrade(request, socket, Buffer.alloc(0), () => undefined);
      socket.on('data', (piece: Buffer) => (arrived += piece.length));
    },
  );
  await using proxy = await startChatProxy(origin.port);
  const socket = await rawWebSocket(proxy);
  socket.write(
    Buffer.concat([
      writeFrameHead({ isLast: true, opcode: opcodes.text, length: 100_000, mask }),
      Buffer.alloc(50_000),
    ]),
  );
  await vi.waitFor(() => expect(arrived).toBeGreaterThan(50_000));
});

test(verifies('egress.policy-change', 'an open WebSocket that the new policy does not allow is cut'), async () => {
  await using world = await startWorld();
  let isForbidden = false;
  const asked = lookup();
  await using origin = await startOrigin(
    () => {},
    (request, socket) =>
      new WebSocketServer({ noServer: true }).handleUpgrade(request, socket, Buffer.alloc(0), () => {}),
  );
  await using proxy = await startProxy({
    services: { chat: origin.port },
    decide: asked,
    hooks: {
      dataLabel: () => external,
      reconsider: (question) => (isForbidden ? { ...asked(question), kind: 'deny' } : asked(question)),
    },
  });
  const socket = await rawWebSocket(proxy);
  const ended = once(socket, 'close');
  expect(proxy.egress.reconsider()).toBe(0);
  isForbidden = true;
  expect(proxy.egress.reconsider()).toBe(1);
  await ended;
  expect(world.arrived).toEqual([]);
});

const subscribe = (query: string): string => JSON.stringify({ id: '1', type: 'subscribe', payload: { query } });

test(verifies('egress.websocket-graphql', 'operations in a WebSocket are decided one by one'), async () => {
  await using world = await startWorld();
  const client = await world.open('/graphql', ['graphql-transport-ws']);
  expect(client.protocol).toBe('graphql-transport-ws');
  const init = JSON.stringify({ type: 'connection_init', payload: {} });
  expect(await said(client, init)).toBe(init);
  const allowed = subscribe('subscription { prices }');
  expect(await said(client, allowed)).toBe(allowed);
  const closed = closing(client);
  client.send(subscribe('mutation { pay }'));
  expect(await closed).toMatch(/^1008 No rule allows GET chat:80\/graphql \(mutation pay\)/);
  expect(world.arrived).toHaveLength(2);
});

test.each([
  ['a forbidden field', ['graphql-transport-ws'], subscribe('subscription { secrets }')],
  [
    'the start of the other protocol',
    ['graphql-transport-ws'],
    subscribe('subscription { a }').replace('subscribe', 'start'),
  ],
  ['a mutation in the older protocol', ['graphql-ws'], subscribe('mutation { pay }').replace('subscribe', 'start')],
  [
    'a key twice',
    ['graphql-transport-ws'],
    '{"type":"ping","type":"subscribe","id":"1","payload":{"query":"mutation { pay }"}}',
  ],
  [
    'a key in capitals',
    ['graphql-transport-ws'],
    '{"type":"ping","Type":"subscribe","id":"1","payload":{"query":"mutation { pay }"}}',
  ],
  ['a text that is no JSON', ['graphql-transport-ws'], 'hello'],
  ['a list', ['graphql-transport-ws'], `[${subscribe('subscription { a }')}]`],
  ['an unknown type', ['graphql-transport-ws'], '{"type":"other"}'],
])(
  `${verifies('egress.websocket-graphql', 'what is not an allowed operation closes the connection')}: %s`,
  async (_name, protocols, text) => {
    await using world = await startWorld();
    const client = await world.open('/graphql', protocols);
    const closed = closing(client);
    client.send(text);
    expect(await closed).toMatch(/^1008 /);
    expect(world.arrived).toEqual([]);
  },
);

test(verifies('egress.websocket-graphql', 'binary messages and other sub-protocols pass nothing'), async () => {
  await using world = await startWorld();
  const client = await world.open('/graphql', ['graphql-ws']);
  const closed = closing(client);
  client.send(Buffer.from(subscribe('subscription { a }')));
  expect(await closed).toMatch(/^1008 /);
  await expect(world.open('/graphql', ['soap'])).rejects.toThrow('502');
  await expect(world.open('/graphql')).rejects.toThrow('502');
  expect(world.arrived).toEqual([]);
});

test.each([
  ['one frame', [40]],
  ['two frames', [14, 40]],
] as const)(`${verifies('egress.canary', 'a guarded value leaves with no message, in %s')}`, async (_name, cuts) => {
  const value = 'dpl_4Jq9ZtWk2LmXv7RbNc5HsGp8';
  const found: string[] = [];
  const sockets = new WebSocketServer({ noServer: true });
  await using origin = await startOrigin(
    () => {},
    (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (server) => server.on('error', () => {}));
    },
  );
  await using proxy = await startProxy({
    services: { chat: origin.port },
    decide: lookup(),
    hooks: {
      dataLabel: () => external,
      guarded: () => prepareExactValues([{ kind: 'canary', value }]),
      found: ({ place }) => found.push(place),
    },
  });
  const socket = await rawWebSocket(proxy);
  const received: Buffer[] = [];
  socket.on('data', (piece: Buffer) => received.push(piece));
  let from = 0;
  for (const [index, to] of cuts.entries()) {
    const isLast = index === cuts.length - 1;
    socket.write(part(isLast, index === 0 ? opcodes.text : opcodes.continuation, value.slice(from, to)));
    from = to;
  }
  await once(socket, 'close');
  expect(Buffer.concat(received).readUInt16BE(2)).toBe(1008);
  expect(found).toHaveLength(1);
});

test('closing frames hold at most 125 bytes, and whole letters', () => {
  const frame = closeFrame(1008, 'ö'.repeat(100));
  expect(frame.length).toBeLessThanOrEqual(127);
  expect(frame.subarray(4).toString()).toMatch(/^ö+$/);
});
