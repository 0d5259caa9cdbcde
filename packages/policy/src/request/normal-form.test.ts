import { isIPv4, isIPv6 } from 'node:net';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIpv6 } from '../host/address-parse.ts';
import { classifyAddress, hardBlock, normaliseHost, normalisePath, normaliseUrl } from '../index.ts';
import { abnormal } from './normal-form.ts';

test.each([
  ['Example.COM', 'example.com'],
  ['example.com.', 'example.com'],
  ['xn--mnchen-3ya.de', 'xn--mnchen-3ya.de'],
  ['münchen.de', 'xn--mnchen-3ya.de'],
  ['MÜNCHEN.de.', 'xn--mnchen-3ya.de'],
  ['例え.jp', 'xn--r8jz45g.jp'],
  ['a_b.example.com', 'a_b.example.com'],
  ['8.8.8.8', '8.8.8.8'],
  ['[2606:4700::1111]', '2606:4700::1111'],
  ['2606:4700::1111', '2606:4700::1111'],
])(verifies('policy.one-reading', 'the host %s is written as %s'), (text, host) => {
  expect(normaliseHost(text)).toMatchObject({ kind: 'ok', host });
});

test.each([
  '',
  '.',
  'a..b',
  '-a.com',
  'a-.com',
  'straße.de',
  'mu\u0308nchen.de',
  'ｅxample.com',
  'example。com',
  '127。0。0。1',
  '①②.com',
  'a\u200db.com',
  'a\u00adb.com',
  'xn--a.com',
  'xn--strae-oqa.de\u200c',
  'a b',
  'a/b',
  'a@b',
  'a%2eb',
  '127.1',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '2130706433',
  '127.0.0.01',
  '1.2.3.4.5',
  '256.1.1.1',
  '127.0.0.1.',
  '[::1',
  '::ffff:127.0.0.1',
  '[0:0:0:0:0:0:0:1]',
  '[::0001]',
  '[fe80::1%eth0]',
  '[::1]]',
  'a'.repeat(64),
  `${'a.'.repeat(127)}a`,
  'a\0b',
  'foo.0x1',
])(verifies('policy.one-reading', 'the host %j is refused'), (text) => {
  expect(normaliseHost(text)).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/\.$/) });
});

test.each([
  ['/', '/'],
  ['/a/./b', '/a/b'],
  ['/a/../b', '/b'],
  ['/a//b/', '/a/b/'],
  ['/%7Euser', '/~user'],
  ['/a%2d%5fb', '/a-_b'],
  ['/%e4%BD%a0', '/%E4%BD%A0'],
  ['/a/%2e%2e/b', '/b'],
  ['/a/.', '/a/'],
  ['/a/..', '/'],
  ['/a|b', '/a%7Cb'],
  ['/100%25', '/100%25'],
  ['//', '/'],
  ['/..a', '/..a'],
])(verifies('policy.one-reading', 'the path %s is written as %s'), (text, path) => {
  expect(normalisePath(text)).toEqual({ kind: 'ok', path });
});

test.each([
  '',
  'a',
  '/..',
  '/../a',
  '/a/../../b',
  '/%2e%2e/',
  '/a%2fb',
  '/a%5Cb',
  '/a\\b',
  '/a;b',
  '/..;/b',
  '/a%3Bb',
  '/%00',
  '/%0a',
  '/a\0',
  '/a b',
  '/ä',
  '/%',
  '/%4',
  '/%zz',
  '/%252e%252e/',
  '/%2525',
  '/%25%32%46',
  '/a?b',
  '/a#b',
  `/${'a'.repeat(9_000)}`,
])(verifies('policy.one-reading', 'the path %j is refused'), (text) => {
  expect(normalisePath(text).kind).toBe('refused');
});

test.each([
  ['/%2f', undefined],
  ['/@scope%2fpackage', '/@scope%2Fpackage'],
  ['/a%2Fb%2fc/d', '/a%2Fb%2Fc/d'],
  ['/a/%2e%2e%2fb', undefined],
  ['/a%2F..%2Fb', undefined],
  ['/a%2F.', undefined],
  ['/a%2F%2Fb', undefined],
  ['/a%2F/b', undefined],
  ['/a%252Fb', undefined],
  ['/a%2F..b', '/a%2F..b'],
])(verifies('policy.encoded-slash', 'with the option the path %s is written as %s'), (text, path) => {
  const result = normalisePath(text, { encodedSlash: true });
  expect(result.kind === 'ok' ? result.path : undefined).toBe(path);
  if (path !== undefined) {
    expect(normalisePath(path, { encodedSlash: true })).toEqual(result);
    expect(normalisePath(path).kind).toBe('refused');
  }
});

test(verifies('policy.one-reading', 'a normal path stays as it is, whatever it was made from'), () => {
  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    '%2e',
    '%2E',
    'a',
    'B',
    '%41',
    '%c3',
    '~',
    '%7e',
    '|',
    '-',
    '//',
    '%25',
    '1',
  );
  let normal = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const first = normalisePath(`/${pieces.join('')}`);
      if (first.kind === 'refused') return;
      normal++;
      expect(normalisePath(first.path)).toEqual(first);
      expect(first.path).not.toMatch(/\/\.{1,2}(\/|$)|\/\//);
      expect(abnormal({ method: 'GET', path: first.path, query: '', parameters: [] })).toBeUndefined();
      // What every URL parser reads from it is the same path.
      expect(new URL(`http://a.example${first.path}`).pathname).toBe(first.path);
    }),
    { numRuns: scale(5_000) },
  );
  expect(normal).toBeGreaterThan(1_000);
});

test(verifies('policy.one-reading', 'the quick look at a path never passes what the long one would change'), () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('/', '.', '%', '2', 'e', 'a', ';', '\\', '~', '|', ' ', 'ä') }),
      (text) => {
        const path = `/${text}`;
        const normal = normalisePath(path);
        const same = normal.kind === 'ok' && normal.path === path;
        expect(abnormal({ method: 'GET', path, query: '', parameters: [] }) === undefined).toBe(same);
      },
    ),
    { numRuns: scale(5_000) },
  );
});

test.each([
  ['http://Example.com', 'http://example.com/'],
  ['https://example.com:443/a/../b?x=%20', 'https://example.com/b?x=%20'],
  ['http://example.com:8080/', 'http://example.com:8080/'],
  ['https://[2606:4700::1111]/', 'https://[2606:4700::1111]/'],
])('the URL %s is sent as %s', (text, url) => {
  expect(normaliseUrl(text)).toMatchObject({ kind: 'ok', url });
});

test.each([
  'ftp://a.com/',
  'http://u@a.com/',
  'http://a.com/#f',
  'http:/a.com',
  'http://a.com:0/',
  'http://a.com:99999/',
  'http://a.com/ b',
  'http://a.com?x y',
  'http://127.1/',
  'http://good.com\\@evil.com/',
  '//a.com/',
])(verifies('policy.one-reading', 'the URL %j is refused'), (text) => {
  expect(normaliseUrl(text).kind).toBe('refused');
});

test.each([
  ['8.8.8.8', 'public'],
  ['93.184.216.34', 'public'],
  ['127.0.0.1', 'loopback'],
  ['127.255.0.9', 'loopback'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'shared'],
  ['100.100.100.200', 'metadata'],
  ['169.254.1.1', 'link_local'],
  ['169.254.169.254', 'metadata'],
  ['168.63.129.16', 'metadata'],
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['224.0.0.1', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['240.0.0.1', 'reserved'],
  ['192.0.2.1', 'documentation'],
  ['198.18.0.1', 'benchmark'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::ffff:7f00:1', 'translated'],
  ['::7f00:1', 'translated'],
  ['64:ff9b::7f00:1', 'translated'],
  ['2002:7f00:1::', 'translated'],
  ['2001:0:7f00:1::', 'translated'],
  ['2001:0:7f00:1:0:0:0:1', 'invalid'],
  ['2001:db8::1', 'documentation'],
  ['fd00:ec2::254', 'metadata'],
  ['fd12::1', 'private'],
  ['fe80::1', 'link_local'],
  ['fec0::1', 'private'],
  ['ff02::1', 'multicast'],
  ['2606:4700::1111', 'public'],
  ['4000::1', 'reserved'],
  ['::ffff:127.0.0.1', 'invalid'],
  ['0:0:0:0:0:0:0:1', 'invalid'],
  ['FE80::1', 'invalid'],
  ['127.1', 'invalid'],
  ['0x7f000001', 'invalid'],
  ['010.0.0.1', 'invalid'],
  ['', 'invalid'],
  ['a', 'invalid'],
  ['1::2::3', 'invalid'],
])(verifies('policy.addresses', '%s is %s'), (address, kind) => {
  expect(classifyAddress(address)).toBe(kind);
});

test(
  verifies('policy.addresses', 'our parser reads as addresses what Node reads as addresses, and nothing more'),
  () => {
    const text = fc.oneof(
      fc.ipV6(),
      fc.ipV4(),
      fc.ipV4Extended(),
      fc.string({ unit: fc.constantFrom('0', '1', 'f', ':', '.', '::', 'a'), maxLength: 16 }),
    );
    fc.assert(
      fc.property(text, (address) => {
        if (classifyAddress(address) !== 'invalid') expect(isIPv4(address) || isIPv6(address)).toBe(true);
        const six = parseIpv6(address);
        expect(six !== undefined).toBe(isIPv6(address));
        // URL parsers write IPv6 in the canonical form too.
        if (six !== undefined) expect(`[${six.canonical}]`).toBe(new URL(`http://[${address}]`).hostname);
      }),
      { numRuns: scale(5_000) },
    );
  },
);

test.each([
  'localhost',
  'a.localhost',
  'policy.local',
  'inference.local',
  'metadata.google.internal',
  '10.0.0.1',
  '::1',
  'Example.com',
  'a..b',
  '169.254.169.254',
])(verifies('policy.hard-blocks', '%s is blocked before any rule'), (host) => {
  expect(hardBlock(host)).toMatch(/\.$/);
});

test(verifies('policy.hard-blocks', 'the quick look at a host never passes what the long one would change'), () => {
  const piece = fc.constantFrom(
    'a',
    'B',
    '1',
    '0x1',
    '.',
    '-',
    '_',
    'xn--',
    'com',
    '%',
    ' ',
    'localhost',
    '127',
    ':',
    'z'.repeat(62),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const host = pieces.join('');
      const normal = normaliseHost(host);
      const plain =
        normal.kind === 'ok' && normal.host === host && (normal.address === null || normal.address === 'public');
      if (hardBlock(host) === undefined) expect(plain, host).toBe(true);
      else expect(plain && !host.endsWith('localhost'), host).toBe(false);
    }),
    { numRuns: scale(5_000) },
  );
});

test('a public name or address is not blocked', () => {
  for (const host of ['example.com', '8.8.8.8', 'finance.local', '2606:4700::1111'])
    expect(hardBlock(host)).toBeUndefined();
});
