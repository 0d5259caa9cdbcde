import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { identity } from '../testing.ts';
import { createDialler } from './dialler.ts';
import type { Route } from './route.ts';

const { sandbox } = identity;

function answering(...addresses: string[]) {
  return createDialler({ resolve: () => Promise.resolve(addresses), seconds: 1 });
}

const route = (address: string): Route => ({ kind: 'address', address, port: 80 });

test.each([
  ['loopback', '127.0.0.1'],
  ['loopback, elsewhere', '127.8.8.8'],
  ['this host', '0.0.0.0'],
  ['private', '10.1.2.3'],
  ['private', '172.16.0.1'],
  ['private', '192.168.1.1'],
  ['shared (carrier NAT)', '100.64.0.1'],
  ['link-local', '169.254.1.1'],
  ['metadata', '169.254.169.254'],
  ['metadata over IPv6', 'fd00:ec2::254'],
  ['multicast', '224.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['reserved', '240.0.0.1'],
  ['IPv6 loopback', '::1'],
  ['IPv6 unspecified', '::'],
  ['IPv6 link-local', 'fe80::1'],
  ['IPv6 unique local', 'fc00::1'],
  ['IPv6 multicast', 'ff02::1'],
  ['IPv4-mapped', '::ffff:127.0.0.1'],
  ['IPv4-mapped, in hexadecimal', '::ffff:7f00:1'],
  ['IPv4-compatible', '::127.0.0.1'],
  ['6to4', '2002:7f00:1::'],
  ['NAT64', '64:ff9b::7f00:1'],
  ['Teredo', '2001:0:4136:e378:8000:63bf:80ff:fffe'],
])(
  `${verifies('egress.public-addresses-only', 'an answer that is not public refuses the name')}: %s`,
  async (_kind, address) => {
    const checked = await answering(address).check('allowed.example', sandbox);
    expect(checked).toMatchObject({ kind: 'refused', reason: { code: 'hard_block' } });
    const behindAnother = await answering('93.184.215.14', address).check('allowed.example', sandbox);
    expect(behindAnother.kind).toBe('refused');
  },
);

test(
  verifies('egress.no-second-lookup', 'the checked address is the one dialled, however the name changes'),
  async () => {
    const server = createServer((socket) => socket.end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server that listens has an AddressInfo.
    const { port } = server.address() as AddressInfo;
    const answers = [['93.184.215.14'], ['127.0.0.1']];
    const dialled: Route[] = [];
    const dialler = createDialler({
      resolve: () => Promise.resolve(answers.shift() ?? []),
      seconds: 1,
      connect: (one) => {
        dialled.push(one);
        return connect(port, '127.0.0.1');
      },
    });
    const checked = await dialler.check('rebind.example', sandbox);
    if (checked.kind !== 'addresses') throw new Error('a public answer was refused');
    const opened = await dialler.open(checked.addresses.map((address) => ({ kind: 'address', address, port: 443 })));
    expect(opened.kind).toBe('opened');
    expect(dialled).toEqual([{ kind: 'address', address: '93.184.215.14', port: 443 }]);
    expect(answers).toHaveLength(1);
    if (opened.kind === 'opened') opened.socket.destroy();
    server.close();
  },
);

test(verifies('egress.names-bounded', 'a name with thousands of addresses is not dialled, public or not'), async () => {
  const many = Array.from({ length: 5_000 }, (_, index) => `93.184.${index >> 8}.${index & 255}`);
  expect(await answering(...many).check('many.example', sandbox)).toMatchObject({
    kind: 'fault',
    code: 'name_answers',
  });
  expect(await answering(...many.slice(0, 256)).check('some.example', sandbox)).toMatchObject({ kind: 'addresses' });
  const hidden = [...many.slice(0, 255), '127.0.0.1'];
  expect(await answering(...hidden).check('hidden.example', sandbox)).toMatchObject({ kind: 'refused' });
});

test('an address is tried after one that does not answer, and a host without any is a failure', async () => {
  const server = createServer((socket) => socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  const dialler = createDialler({
    resolve: () => Promise.reject(new Error('ENOTFOUND')),
    seconds: 1,
    connect: (one) => connect(one.kind === 'address' && one.address === '1.1.1.1' ? 1 : port, '127.0.0.1'),
  });
  const opened = await dialler.open([route('1.1.1.1'), route('8.8.8.8')]);
  expect(opened).toMatchObject({ kind: 'opened', route: { address: '8.8.8.8' } });
  if (opened.kind === 'opened') opened.socket.destroy();
  expect(await dialler.open([route('1.1.1.1')])).toMatchObject({ kind: 'fault', status: 502, code: 'unreachable' });
  expect(await dialler.check('nowhere.example', sandbox)).toMatchObject({ kind: 'fault', code: 'name_unknown' });
  server.close();
});

test('a name server that never answers is a 504', async () => {
  const dialler = createDialler({ resolve: () => new Promise(() => {}), seconds: 0.05 });
  expect(await dialler.check('slow.example', sandbox)).toMatchObject({ kind: 'fault', status: 504 });
});
