import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { scale, temporaryFolder, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { answerBytes, encodeHello, holds, nonceBytes, prove } from './handshake.ts';
import { createChannelKey, decodeChannelKey } from './key.ts';
import { listenChannel } from './listen.ts';
import { openChannel } from './open.ts';
import { readExactly } from './read-exactly.ts';

const get = 'GET / HTTP/1.1\r\nhost: channel\r\nconnection: close\r\n\r\n';

interface Target {
  readonly path: string;
  readonly apiKey: string;
  readonly workerKey: string;
  /** The names that the handler heard. */
  readonly heard: readonly string[];
}

async function startTarget(): Promise<Target> {
  const path = join(await temporaryFolder(), 'socket');
  const [apiKey, workerKey] = [createChannelKey(), createChannelKey()];
  const heard: string[] = [];
  const server = await listenChannel({
    path,
    peers: { api: apiKey, worker: workerKey },
    handler: (_request, response, peer) => {
      heard.push(peer);
      response.end(`hello ${peer}`);
    },
  });
  onTestFinished(() => server.close());
  return { path, apiKey, workerKey, heard };
}

async function dial(path: string): Promise<Socket> {
  const socket = connect(path);
  await once(socket, 'connect');
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Everything that still comes, until the other side closes. A reset counts as a close. */
async function remainder(socket: Socket): Promise<string> {
  const bytes = await buffer(socket).catch(() => Buffer.alloc(0));
  return bytes.toString('latin1');
}

/** Goes through the handshake by hand, with whatever proof `answerWith` makes of the server's answer. */
async function attempt(
  path: string,
  name: string,
  answerWith: (hello: Buffer, answer: Buffer) => Buffer,
): Promise<{ readonly received: string; readonly hello: Buffer; readonly proof: Buffer }> {
  const socket = await dial(path);
  const hello = encodeHello(name, randomBytes(nonceBytes));
  socket.write(hello);
  const answer = await readExactly(socket, answerBytes);
  const proof = answerWith(hello, answer);
  socket.write(Buffer.concat([proof, Buffer.from(get)]));
  return { received: await remainder(socket), hello, proof };
}

const proofWith =
  (key: string) =>
  (hello: Buffer, answer: Buffer): Buffer =>
    prove(decodeChannelKey(key), 'client', hello, answer.subarray(0, nonceBytes));

test(verifies('channel.mutual-proof', 'the right key opens the channel, and requests may follow at once'), async () => {
  const target = await startTarget();
  const { received } = await attempt(target.path, 'api', proofWith(target.apiKey));
  expect(received).toContain('hello api');
});

test(verifies('channel.mutual-proof', 'a wrong key reaches no handler'), async () => {
  const target = await startTarget();
  const { received } = await attempt(target.path, 'api', proofWith(createChannelKey()));
  expect(received).toBe('');
  expect(target.heard).toEqual([]);
});

test(verifies('channel.mutual-proof', 'HTTP without a handshake reaches no handler'), async () => {
  const target = await startTarget();
  const socket = await dial(target.path);
  socket.write(get.repeat(4));
  expect(await remainder(socket)).toBe('');
  expect(target.heard).toEqual([]);
});

test(verifies('channel.mutual-proof', 'a client gives no proof to a server that has none'), async () => {
  const path = join(await temporaryFolder(), 'socket');
  const received = Promise.withResolvers<Buffer>();
  const hello = encodeHello('worker', randomBytes(nonceBytes));
  const impostor = createServer(async (socket) => {
    const first = await readExactly(socket, hello.length);
    socket.write(randomBytes(answerBytes));
    received.resolve(Buffer.concat([first, await buffer(socket).catch(() => Buffer.alloc(0))]));
  }).listen(path);
  onTestFinished(() => void impostor.close());
  const channel = openChannel({ path, self: 'worker', key: createChannelKey() });
  await expect(channel.fetch('/')).rejects.toMatchObject({ code: 'channel_untrusted' });
  expect((await received.promise).length).toBe(hello.length);
});

test(verifies('channel.no-replay', 'the bytes of a good handshake are refused in a second connection'), async () => {
  const target = await startTarget();
  const recorded = await attempt(target.path, 'api', proofWith(target.apiKey));
  expect(recorded.received).toContain('hello api');
  const socket = await dial(target.path);
  socket.write(Buffer.concat([recorded.hello, recorded.proof, Buffer.from(get)]));
  expect(await remainder(socket)).not.toContain('hello');
  expect(target.heard).toEqual(['api']);
});

test(verifies('channel.no-reflection', "the server's proof is not a client's"), async () => {
  const target = await startTarget();
  const { received } = await attempt(target.path, 'api', (_hello, answer) => answer.subarray(nonceBytes));
  expect(received).toBe('');
  expect(target.heard).toEqual([]);
});

test(verifies('channel.name-bound', 'the key of the worker does not open the name of the api'), async () => {
  const target = await startTarget();
  const { received } = await attempt(target.path, 'api', proofWith(target.workerKey));
  expect(received).toBe('');
  // Nor does a proof that was made for another name with the right key of that name.
  const swapped = await attempt(target.path, 'api', (_hello, answer) =>
    proofWith(target.apiKey)(encodeHello('worker', randomBytes(nonceBytes)), answer),
  );
  expect(swapped.received).toBe('');
  expect(target.heard).toEqual([]);
});

test(verifies('channel.silent-refusal', 'an unknown name gets an answer of the same shape, then silence'), async () => {
  const target = await startTarget();
  for (const name of ['api', 'supervisor', 'nobody', '__proto__', 'x'.repeat(32)]) {
    const { received } = await attempt(target.path, name, () => randomBytes(32));
    expect(received, name).toBe('');
  }
  expect(target.heard).toEqual([]);
});

test(verifies('channel.bounded-handshake', 'half-open connections are closed and disturb nobody'), async () => {
  const target = await startTarget();
  const hello = encodeHello('api', randomBytes(nonceBytes));
  const silent = await Promise.all(
    [0, 1, 17, hello.length - 1, hello.length].map(async (sent) => {
      const socket = await dial(target.path);
      socket.write(hello.subarray(0, sent));
      return socket;
    }),
  );
  const channel = openChannel({ path: target.path, self: 'worker', key: target.workerKey });
  onTestFinished(() => channel.close());
  expect(await (await channel.fetch('/')).text()).toBe('hello worker');
  // Ends only because the server gives up on them.
  await Promise.all(silent.map((socket) => remainder(socket)));
  expect(target.heard).toEqual(['worker']);
});

test(verifies('channel.bounded-handshake', 'garbage of any size reaches no handler'), async () => {
  const target = await startTarget();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 80, maxLength: 4096 }), fc.boolean(), async (noise, withMagic) => {
      const socket = await dial(target.path);
      const start = withMagic ? encodeHello('api', Buffer.alloc(nonceBytes)).subarray(0, 18) : Buffer.alloc(0);
      socket.on('error', () => undefined);
      socket.end(Buffer.concat([start, noise, Buffer.from(get)]));
      expect(await remainder(socket)).not.toContain('hello');
    }),
    { numRuns: scale(50) },
  );
  expect(target.heard).toEqual([]);
});

test.each([0, 33, 255])(
  verifies('channel.bounded-handshake', 'a name of %i bytes is refused at once'),
  async (length) => {
    const target = await startTarget();
    const socket = await dial(target.path);
    const hello = encodeHello('api', randomBytes(nonceBytes));
    hello[17] = length;
    socket.on('error', () => undefined).write(hello);
    expect(await remainder(socket)).toBe('');
  },
);

test(verifies('channel.mutual-proof', 'proofs agree exactly when key, role, hello and nonce agree'), () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((array) => Buffer.from(array));
  const role = fc.constantFrom('server' as const, 'client' as const);
  const parts = fc.tuple(bytes, role, bytes, fc.uint8Array({ minLength: 32, maxLength: 32 }).map(Buffer.from));
  fc.assert(
    fc.property(parts, parts, fc.boolean(), (left, right, same) => {
      const other = same ? left : right;
      const equal = left.every((part, index) => Buffer.from(part).equals(Buffer.from(other[index] ?? '')));
      expect(holds(prove(...left), prove(...other))).toBe(equal);
    }),
    { numRuns: scale(200) },
  );
});
