import { once } from 'node:events';
import { connect } from 'node:net';
import { compile, decide } from '@clawhold/policy';
import { type EgressQuestion, noUsage, policyDocumentSchema } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createTestDesk, type TestDesk } from '../credentials/testing.ts';
import { type Bench, external, startOrigin, startProxy } from '../testing.ts';

const secret = 'sk-live-"quoted"\\ and é';
const messages = ['WEBSOCKET_TEXT', 'WEBSOCKET_BINARY'];

function endpoint(path: string, rewrites: boolean, rules: readonly object[]) {
  return {
    host: 'chat',
    port: 80,
    path,
    protocol: 'websocket',
    credential_binding: { provider: 'chat' },
    websocket_credential_rewrite: rewrites,
    rules: [{ allow: { method: 'GET', path } }, ...rules],
  };
}

const text = (path: string) => messages.map((method) => ({ allow: { method, path } }));
const document = policyDocumentSchema.parse({
  version: 1,
  network_policies: {
    all: {
      endpoints: [
        endpoint('/ws', true, text('/ws')),
        endpoint('/plain', false, text('/plain')),
        endpoint('/graphql', true, [{ allow: { operation_type: 'subscription' } }]),
        endpoint('/graphql-plain', false, [{ allow: { operation_type: 'subscription' } }]),
      ],
    },
  },
});

function lookup(): (question: EgressQuestion) => ReturnType<typeof decide> {
  const compiled = compile({ ceiling: policyDocumentSchema.parse({ version: 1 }), agent: document });
  if (compiled.kind !== 'ok') throw new Error(JSON.stringify(compiled.problems));
  return (question) => {
    const decided = decide(question, compiled.snapshot, noUsage, 0);
    return { ...decided, obligations: [...decided.obligations, { kind: 'service', name: 'chat' }] };
  };
}

interface World extends AsyncDisposable {
  readonly desk: TestDesk;
  /** Gives the run a credential for the server, by its places. */
  give(value: string, places?: readonly string[]): string;
  readonly proxy: Bench;
  readonly arrived: readonly string[];
  readonly upgrades: readonly Readonly<Record<string, string | string[] | undefined>>[];
  open(path: string, options?: { protocols?: string[]; headers?: Record<string, string> }): Promise<WebSocket>;
}

/** A proxy with credentials before a server that says everything back, in pieces of `cut` bytes. */
async function startWorld({ cut = 1_000_000, readBytes = 4_096 } = {}): Promise<World> {
  const desk = createTestDesk();
  const [arrived, upgrades]: [string[], World['upgrades'][number][]] = [[], []];
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });
  const origin = await startOrigin(
    (_request, response) => response.end('plain'),
    (request, socket, head) => {
      upgrades.push(request.headers);
      sockets.handleUpgrade(request, socket, head, (server) => {
        server.on('error', () => {});
        server.on('ping', (data: Buffer) => arrived.push(`ping ${data}`));
        server.on('message', (data: Buffer, isBinary) => {
          arrived.push(String(data));
          for (let from = 0; from < data.length; from += cut) {
            const isLast = from + cut >= data.length;
            server.send(data.subarray(from, from + cut), { binary: isBinary, fin: isLast });
          }
        });
      });
    },
  );
  const proxy = await startProxy({
    services: { chat: origin.port },
    limits: { inspectedBodyBytes: readBytes },
    decide: lookup(),
    hooks: { dataLabel: () => external, credentials: desk },
  });
  return {
    desk,
    give: (value, places) =>
      desk.give('chat', value, { hosts: ['chat'], ...(places === undefined ? {} : { places: [...places] }) }),
    proxy,
    arrived,
    upgrades,
    async open(path, { protocols = [], headers = {} } = {}) {
      const tunnel = connect(proxy.port, '127.0.0.1');
      tunnel.write('CONNECT chat:80 HTTP/1.1\r\nHost: chat:80\r\n\r\n');
      await once(tunnel, 'data');
      const client = new WebSocket(`ws://chat${path}`, protocols, { createConnection: () => tunnel, headers });
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

async function said(client: WebSocket, message: string | Buffer): Promise<string> {
  const heard = Promise.race([once(client, 'message'), closing(client)]);
  client.send(message);
  const answer = await heard;
  return String(typeof answer === 'string' ? `closed: ${answer}` : answer[0]);
}

async function closing(client: WebSocket): Promise<string> {
  const [code, reason] = await once(client, 'close');
  return `${code} ${reason}`;
}

const stars = (value: string) => '*'.repeat(Buffer.byteLength(value));

test(
  verifies(
    'credentials.websocket',
    'a placeholder at its pointer becomes its credential, recorded before, and does not come back',
  ),
  async () => {
    await using world = await startWorld();
    const placeholder = world.give(secret, ['websocket:/auth/token']);
    const client = await world.open('/ws');
    const message = `{ "op": 2, "auth": { "token": "${placeholder}" }, "n": 12345678901234567890 }`;
    const answer = await said(client, message);
    const inJson = JSON.stringify(secret).slice(1, -1);
    expect(world.arrived).toEqual([message.replace(placeholder, () => inJson)]);
    expect(answer).toBe(message.replace(placeholder, stars(inJson)));
    expect(world.desk.uses).toEqual([
      { name: 'chat', place: 'websocket:/auth/token', host: 'chat', method: 'GET', path: '/ws' },
    ]);
    // Messages without one pass as ever, and so do those of the other kind.
    expect(await said(client, 'hello')).toBe('hello');
    expect(await said(client, Buffer.from('bytes'))).toBe('bytes');
    const told = JSON.stringify([world.proxy.records, world.proxy.decided, world.desk.uses]);
    expect(told).not.toContain('sk-live');
    expect(world.desk.findings).toEqual([]);
  },
);

test(
  verifies('credentials.websocket', 'a binding to texts reaches into plain text, and into JSON as a string'),
  async () => {
    await using world = await startWorld();
    const placeholder = world.give(secret, ['websocket']);
    const client = await world.open('/ws');
    await said(client, `AUTH me ${placeholder}!`);
    await said(client, `["AUTH", "me ${placeholder}"]`);
    expect(world.arrived).toEqual([`AUTH me ${secret}!`, JSON.stringify(['AUTH', `me ${secret}`]).replace(',', ', ')]);
  },
);

test.each([1, 3, 7])(
  `${verifies('credentials.websocket', 'nothing of a secret comes back across frames')} of %s bytes, in texts and in bytes`,
  async (cut) => {
    await using world = await startWorld({ cut });
    const token = 'token-0123456789';
    const placeholder = world.give(token, ['websocket']);
    const client = await world.open('/ws');
    expect(await said(client, `a ${placeholder} b`)).toBe(`a ${stars(token)} b`);
    expect(await said(client, Buffer.from(`a ${token} b`))).toBe(`a ${stars(token)} b`);
    expect(await said(client, 'token-01234')).toBe('token-01234');
  },
);

test(
  verifies('credentials.websocket', 'an upgrade has a credential in its head, and the server cannot say it back'),
  async () => {
    await using world = await startWorld();
    const token = 'token-0123456789';
    const placeholder = world.give(token);
    const client = await world.open('/plain', { headers: { authorization: `Bearer ${placeholder}` } });
    expect(world.upgrades[0]?.['authorization']).toBe(`Bearer ${token}`);
    expect(await said(client, `you sent ${token}`)).toBe(`you sent ${stars(token)}`);
    const closed = closing(client);
    client.close(4_000, `not ${token}`);
    expect(await closed).toBe(`4000 not ${stars(token)}`);
  },
);

test(
  verifies(
    'credentials.websocket',
    'in GraphQL the payload of the start is a place, and operations are decided before',
  ),
  async () => {
    await using world = await startWorld();
    const placeholder = world.give('token-0123456789', ['websocket:/payload/token']);
    const client = await world.open('/graphql', { protocols: ['graphql-transport-ws'] });
    await said(client, `{"type":"connection_init","payload":{"token":"${placeholder}"}}`);
    expect(world.arrived).toEqual(['{"type":"connection_init","payload":{"token":"token-0123456789"}}']);
    const closed = closing(client);
    client.send(`{"id":"1","type":"subscribe","payload":{"query":"mutation { pay }","token":"${placeholder}"}}`);
    expect(await closed).toMatch(/^1008 No rule allows/);
    expect(world.arrived).toHaveLength(1);
    expect(world.desk.uses).toHaveLength(1);
    // Messages are read there too, and the policy lets no credential into them.
    const plain = await world.open('/graphql-plain', { protocols: ['graphql-transport-ws'] });
    const refused = closing(plain);
    plain.send(`{"type":"connection_init","payload":{"token":"${placeholder}"}}`);
    expect(await refused).toContain('websocket_credential_rewrite');
    expect(world.arrived).toHaveLength(1);
  },
);

const json = (value: object) => JSON.stringify(value);

test.each<[string, string, (placeholder: string) => string | Buffer]>([
  ['at another pointer', '/ws', (one) => json({ token: one })],
  ['in its pointer and beside it', '/ws', (one) => json({ auth: { token: one }, content: one })],
  ['with text around it', '/ws', (one) => json({ auth: { token: `x${one}` } })],
  ['as a key', '/ws', (one) => json({ auth: { token: one, [one]: 1 } })],
  ['in plain text', '/ws', (one) => `AUTH ${one}`],
  ['in JSON with a key twice', '/ws', (one) => `{"auth":{"token":"${one}"},"auth":{"token":"${one}"}}`],
  ['in JSON that does not end', '/ws', (one) => `{"auth":{"token":"${one}"}`],
  ['behind white space', '/ws', (one) => ` \n\t{"content":"${one}"}`],
  ['in bytes', '/ws', (one) => Buffer.from(json({ auth: { token: one } }))],
  ['where the policy rewrites nothing', '/plain', (one) => json({ auth: { token: one } })],
  ['far behind in a long text', '/plain', (one) => `${'x'.repeat(100_000)}${one}`],
])(
  `${verifies('credentials.websocket', 'anywhere else it closes the connection, reaches nobody and is a finding')}: %s`,
  async (_what, path, message) => {
    await using world = await startWorld();
    const placeholder = world.give('token-0123456789', ['websocket:/auth/token']);
    const client = await world.open(path);
    const closed = closing(client);
    client.send(message(placeholder));
    expect(await closed).toMatch(/^1008 /);
    await vi.waitFor(() => expect(world.desk.findings).toHaveLength(1));
    expect(world.desk.findings[0]).toMatch(/GET chat\/(?:ws|plain)$/);
    expect(world.arrived).toEqual([]);
    expect(world.desk.uses).toEqual([]);
    expect(json([world.desk.findings, world.proxy.records])).not.toContain(placeholder);
  },
);

test(
  verifies('credentials.websocket', 'it is found across frames, in a ping and in the name of a sub-protocol'),
  async () => {
    await using world = await startWorld();
    const placeholder = world.give('token-0123456789', ['websocket:/auth/token']);
    const inFrames = await world.open('/plain');
    const closed = closing(inFrames);
    inFrames.send(placeholder.slice(0, 10), { fin: false });
    inFrames.send(placeholder.slice(10));
    expect(await closed).toMatch(/^1008 /);
    const inPing = await world.open('/plain');
    const ended = closing(inPing);
    inPing.ping(placeholder);
    expect(await ended).toMatch(/^1008 /);
    await expect(world.open('/plain', { protocols: [placeholder] })).rejects.toThrow('403');
    expect(world.arrived).toEqual([]);
    expect(world.desk.findings).toHaveLength(3);
  },
);

test(
  verifies(
    'credentials.websocket',
    'nothing leaves when its use cannot be recorded, or it is larger than what is held',
  ),
  async () => {
    await using world = await startWorld();
    const placeholder = world.give('token-0123456789', ['websocket:/auth/token']);
    const long = await world.open('/ws');
    const ended = closing(long);
    long.send(json({ auth: { token: placeholder }, more: 'x'.repeat(5_000) }));
    expect(await ended).toMatch(/^1009 /);
    Object.assign(world.desk, { record: () => Promise.reject(new Error('the disk is full')) });
    const client = await world.open('/ws');
    const closed = closing(client);
    client.send(json({ auth: { token: placeholder } }));
    expect(await closed).toMatch(/recorded before it left/);
    expect(world.arrived).toEqual([]);
  },
);
