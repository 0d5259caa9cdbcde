import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { send, sendAway, sendChunk } from './send.ts';

/** Both ends of a connection. */
async function pair(): Promise<readonly [Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1'); // of a TCP server that listens
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [[Socket], unknown];
  onTestFinished(() => {
    for (const end of [near, far]) end.destroy();
    server.close();
  });
  return [near, far];
}

test('the memory of what was sent away is given back once it is written, and only then', async () => {
  const [near, far] = await pair();
  const written = Buffer.alloc(1_000, 'a');
  expect(sendAway(near, written)).toBeUndefined();
  expect(written.buffer.byteLength).toBe(0);
  const large = Buffer.alloc(50_000_000, 'b');
  const waiting = sendAway(near, large);
  expect(large.buffer.byteLength).toBe(50_000_000);
  let arrived = 0;
  far.on('data', (bytes: Buffer) => {
    for (const byte of bytes) if (byte !== (arrived++ < 1_000 ? 97 : 98)) throw new Error('another byte arrived');
  });
  await waiting;
  expect(large.buffer.byteLength).toBe(0);
  await expect.poll(() => arrived).toBe(50_001_000);
});

test('a part of a buffer, and what is only sent, stay readable', async () => {
  const [near] = await pair();
  const whole = Buffer.alloc(1_000, 'a');
  sendAway(near, whole.subarray(0, 999));
  sendAway(near, whole.subarray(1), sendChunk);
  send(near, whole);
  expect(whole.toString()).toBe('a'.repeat(1_000));
});

test('what a reader passes on comes in order, whole, and waits while its taker does', async () => {
  const [near, far] = await pair();
  const reader = new ByteReader(far);
  const sent = Buffer.from(Array.from({ length: 400_000 }, (_, index) => index % 251));
  near.end(sent);
  const pieces: Buffer[] = [];
  let isBusy = false;
  await reader.passOn((piece) => {
    expect(isBusy).toBe(false);
    pieces.push(piece);
    if (pieces.length % 2 === 0) return undefined;
    isBusy = true;
    return new Promise((resolve) => {
      setImmediate(() => {
        isBusy = false;
        resolve(undefined);
      });
    });
  });
  expect(Buffer.concat(pieces).equals(sent)).toBe(true);
});

test('an objection ends the passing on, and a taker that fails is heard', async () => {
  const [near, far] = await pair();
  const reader = new ByteReader(far);
  near.write('one');
  expect(await reader.passOn((piece) => `no ${piece.toString()}`)).toBe('no one');
  near.write('two');
  await expect(reader.passOn(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  const failing = reader.passOn(() => {
    throw new Error('at once');
  });
  near.write('three');
  await expect(failing).rejects.toThrow('at once');
});
