import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { limits } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { exampleQuery } from './example-query.ts';
import { serveNames } from './name-server.ts';
import { createNameTable } from './name-table.ts';
import { createPolicyResolver } from './policy-resolver.ts';

interface Desk {
  /** Of the two listeners; in a sandbox it is one number. */
  readonly port: number;
  readonly streamPort: number;
  readonly refused: readonly string[];
  /** As glibc and others would: c-ares. */
  readonly resolver: Resolver;
}

/** A name server on loopback instead of in a sandbox, that knows `*.known.example`. */
async function startDesk(now?: () => number): Promise<Desk> {
  const refused: string[] = [];
  const datagrams: DatagramSocket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(datagrams, 'listening');
  const streams = createServer().listen(0, '127.0.0.1');
  await once(streams, 'listening');
  const { port } = datagrams.address();
  const resolve = createPolicyResolver({
    names: createNameTable({ prefix: '198.19', count: 65_536 }),
    fixed: { 'inference.local': '198.18.0.1' },
    isReachable: (host) => host.endsWith('.known.example'),
    onRefused: (name) => refused.push(name),
  });
  const attachment = serveNames({ datagrams, streams }, resolve, now);
  onTestFinished(() => attachment.close());
  const resolver = new Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  // A TCP server that listens has an AddressInfo.
  return { port, streamPort: (streams.address() as AddressInfo).port, refused, resolver };
}

test(verifies('egress.policy-names', 'another implementation of DNS reads the answers'), async () => {
  const { resolver, refused } = await startDesk();
  expect(await resolver.resolve4('db.known.example')).toEqual(['198.19.0.1']);
  expect(await resolver.resolve4('other.known.example')).toEqual(['198.19.0.2']);
  expect(await resolver.resolve4('DB.Known.Example')).toEqual(['198.19.0.1']);
  expect(await resolver.resolve4('inference.local')).toEqual(['198.18.0.1']);
  await expect(resolver.resolve6('db.known.example')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(resolver.resolveTxt('db.known.example')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(resolver.resolve4('unknown.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(resolver.resolveTxt('c2VjcmV0.unknown.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(resolver.resolveAny('db.known.example')).rejects.toMatchObject({ code: 'ENOTIMP' });
  await expect(resolver.reverse('198.19.0.1')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  expect(refused).toEqual(['unknown.example', 'c2vjcmv0.unknown.example']);
});

test('several questions on one connection are answered in turn', async () => {
  const { streamPort } = await startDesk();
  const socket = connect(streamPort, '127.0.0.1');
  const framed = ['a.known.example', 'b.known.example'].map((name) => {
    const query = exampleQuery(name);
    const size = Buffer.alloc(2);
    size.writeUInt16BE(query.length);
    return Buffer.concat([size, query]);
  });
  const all = Buffer.concat(framed);
  // In the middle of the second length.
  socket.write(all.subarray(0, (framed[0]?.length ?? 0) + 1));
  socket.write(all.subarray((framed[0]?.length ?? 0) + 1));
  let received = Buffer.alloc(0);
  while (received.length < 2 * (2 + 33 + 16)) {
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    received = Buffer.concat([received, bytes]);
  }
  socket.destroy();
  const first = 2 + received.readUInt16BE(0);
  expect([...received.subarray(first - 4, first)]).toEqual([198, 19, 0, 1]);
  expect([...received.subarray(-4)]).toEqual([198, 19, 0, 2]);
});

test(verifies('egress.fair', 'a flood of questions is answered up to a rate, and no further'), async () => {
  let moment = 0;
  let seen = -1; // the clock is looked at once in the beginning
  const { port } = await startDesk(() => {
    seen++;
    return moment;
  });
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  let answers = 0;
  socket.on('message', () => answers++);
  const ask = (name: string): Promise<void> =>
    new Promise((resolve) => {
      socket.send(exampleQuery(`${name}.known.example`), port, '127.0.0.1', () => resolve());
    });
  // One after the other, so that the kernel's queue loses none.
  for (let count = 0; count < limits.nameQueriesPerSecond; count++)
    await Promise.all([once(socket, 'message'), ask('a')]);
  for (let more = 0; more < 20; more++) await ask('b');
  await expect.poll(() => seen).toBe(limits.nameQueriesPerSecond + 20);
  // Answers come in the order of their questions: with this one all are there that will be.
  const last = new Promise<void>((resolve) => {
    socket.on('message', (answer) => answer.includes('last') && resolve());
  });
  moment += 10; // milliseconds: room for as many hundredths
  await ask('last');
  await last;
  expect(answers).toBe(limits.nameQueriesPerSecond + 1);
});
