import { join } from 'node:path';
import { Readable } from 'node:stream';
import { temporaryFolder } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createChannelKey } from './key.ts';
import { type ChannelHandler, type ChannelServer, listenChannel } from './listen.ts';
import { type Channel, openChannel } from './open.ts';

async function pair(handler: ChannelHandler): Promise<{ channel: Channel; server: ChannelServer; path: string }> {
  const path = join(await temporaryFolder(), 'socket');
  const key = createChannelKey();
  const server = await listenChannel({ path, peers: { worker: key }, handler });
  const channel = openChannel({ path, self: 'worker', key });
  onTestFinished(async () => {
    channel.close();
    await server.close();
  });
  return { channel, server, path };
}

const echo: ChannelHandler = (request, response) => {
  response.writeHead(200, { 'x-path': request.url ?? '', 'x-method': request.method ?? '' });
  request.pipe(response);
};

test('fetch carries method, path, query, headers and body', async () => {
  const { channel } = await pair(echo);
  const response = await channel.fetch('http://anything.example/a/b?c=d%20e', { method: 'POST', body: 'body' });
  expect(response.headers.get('x-path')).toBe('/a/b?c=d%20e');
  expect(response.headers.get('x-method')).toBe('POST');
  expect(await response.text()).toBe('body');
});

test('fetch answers statuses without a body, and several cookies apart', async () => {
  const { channel } = await pair((_request, response) => {
    response.writeHead(204, { 'set-cookie': ['a=1', 'b=2'] }).end();
  });
  const response = await channel.fetch('/');
  expect([response.status, response.body, response.headers.getSetCookie()]).toEqual([204, null, ['a=1', 'b=2']]);
});

test('a body streams out while the answer streams in', async () => {
  const { channel } = await pair(echo);
  const { readable: body, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  void writer.write(Buffer.from('first'));
  const response = await channel.fetch('/', { method: 'POST', body, duplex: 'half' });
  const reader = Readable.fromWeb(response.body ?? expect.fail('no body')).setEncoding('utf8');
  const received: string[] = [];
  for await (const chunk of reader as AsyncIterable<string>) {
    received.push(chunk);
    // Sent only when the first part came back: whoever waits for the whole request would wait for ever.
    void (received.length === 1 ? writer.write(Buffer.from('second')) : writer.close());
  }
  expect(received).toEqual(['first', 'second']);
});

test('large bodies arrive whole, in both directions, many at a time', async () => {
  const { channel } = await pair(echo);
  const bodies = Array.from({ length: 40 }, (_, index) => Buffer.alloc(300_000 + index, index));
  const answers = await Promise.all(
    bodies.map(async (body) => (await channel.fetch('/', { method: 'PUT', body })).arrayBuffer()),
  );
  for (const [index, answer] of answers.entries())
    expect(Buffer.from(answer).equals(bodies[index] ?? Buffer.alloc(0))).toBe(true);
});

test('requests one after the other share a connection', async () => {
  const sockets = new Set<unknown>();
  const { channel } = await pair((request, response) => {
    sockets.add(request.socket);
    response.end('ok');
  });
  for (let index = 0; index < 20; index++) await (await channel.fetch('/')).text();
  expect(sockets.size).toBe(1);
});

test('aborting ends the request on both sides', async () => {
  const gone = Promise.withResolvers<void>();
  const { channel } = await pair((_request, response) => {
    response.write('begun');
    response.on('close', () => gone.resolve());
  });
  const abort = new AbortController();
  const response = await channel.fetch('/', { signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(response.text()).rejects.toThrow();
  await gone.promise;
});

test('aborting before the answer rejects with the reason', async () => {
  const abort = new AbortController();
  const { channel } = await pair(() => abort.abort(new Error('enough')));
  await expect(channel.fetch('/', { signal: abort.signal })).rejects.toThrow('enough');
});

test('a server that is gone is named, and one that came back is used', async () => {
  const path = join(await temporaryFolder(), 'socket');
  const key = createChannelKey();
  const channel = openChannel({ path, self: 'worker', key });
  await expect(channel.fetch('/')).rejects.toMatchObject({ code: 'channel_unreachable', status: 503 });
  const listen = (): Promise<ChannelServer> =>
    listenChannel({ path, peers: { worker: key }, handler: (_request, response) => void response.end('ok') });
  const first = await listen();
  expect(await (await channel.fetch('/')).text()).toBe('ok');
  await first.close();
  await expect(channel.fetch('/')).rejects.toThrow();
  await using _second = await listen();
  expect(await (await channel.fetch('/')).text()).toBe('ok');
  channel.close();
});
