import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { type ConnectionOptions, connect } from 'node:tls';
import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readClientHello } from './client-hello.ts';

/** What OpenSSL really sends. */
async function helloOf(options: ConnectionOptions): Promise<Buffer> {
  const [near, far] = duplexPair();
  const socket = connect({ socket: near, ...options });
  socket.on('error', () => {});
  const [bytes] = (await once(far, 'data')) as [Buffer];
  socket.destroy();
  return bytes;
}

/** One handshake message cut into records of `size` bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]), part);
  }
  return Buffer.concat(records);
}

function grow(bytes: Buffer, offset: number, width: number, by: number): void {
  bytes.writeUIntBE(bytes.readUIntBE(offset, width) + by, offset, width);
}

test('the server name is read from a real handshake, whole or in pieces', async () => {
  const hello = await helloOf({ servername: 'Bank.Example' });
  const read = { kind: 'hello', serverName: 'bank.example', hasEncryptedHello: false };
  expect(readClientHello(hello)).toEqual(read);
  for (const size of [1, 7, 100, 5_000]) expect(readClientHello(inRecords(hello, size))).toEqual(read);
  for (let length = 0; length < hello.length; length++)
    expect(readClientHello(hello.subarray(0, length))).toEqual({ kind: 'incomplete' });
});

test('a handshake without a name has none', async () => {
  expect(readClientHello(await helloOf({ host: '93.184.215.14' }))).toMatchObject({
    kind: 'hello',
    serverName: undefined,
  });
});

test(verifies('egress.server-name', 'a handshake that could hold two names is malformed'), async () => {
  const hello = await helloOf({ servername: 'good.example' });
  const extension = Buffer.from('00000011000f00000c', 'hex');
  const name = Buffer.concat([extension, Buffer.from('good.example')]);
  const at = hello.indexOf(name);
  expect(at).toBeGreaterThan(0);
  // The same extension once more, with every length around it made right.
  const session = hello.readUInt8(43);
  const ciphers = hello.readUInt16BE(44 + session);
  const extensions = 44 + session + 2 + ciphers + 2;
  const twice = Buffer.concat([hello.subarray(0, at), name, hello.subarray(at)]);
  grow(twice, 3, 2, name.length);
  grow(twice, 6, 3, name.length);
  grow(twice, extensions, 2, name.length);
  expect(readClientHello(twice)).toMatchObject({ kind: 'fault', code: 'client_hello' });
  const message = hello.subarray(5);
  const two = inRecords(Buffer.concat([hello, message]), 2 * message.length);
  expect(readClientHello(two)).toMatchObject({ kind: 'fault' });
});

test('any bytes are read to an end', async () => {
  const hello = await helloOf({ servername: 'bank.example' });
  fc.assert(
    fc.property(fc.nat(hello.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
      const changed = Buffer.from(hello);
      changed[at] = byte;
      const result = readClientHello(cut ? changed.subarray(0, at) : changed);
      expect(['hello', 'incomplete', 'fault']).toContain(result.kind);
    }),
    { numRuns: 2_000 },
  );
});
