import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { policy, request } from '../testing/samples.ts';
import { compileHostPattern } from './host-pattern.ts';

test(
  verifies('policy.one-reading', 'a wildcard is about the names that are asked about, in whatever spelling it stands'),
  () => {
    const patterns = ['**.bücher.example', '**.BÜCHER.example', '**.xn--bcher-kva.example', '**.bücher.example.'];
    for (const host of patterns) {
      const rule = { allow: { method: 'GET', path: '/**' } };
      const endpoints = [
        { host: 'shop.xn--bcher-kva.example', port: 443, protocol: 'rest', rules: [rule] },
        { host, port: 443, protocol: 'rest', rules: [rule], deny_rules: [{ method: 'GET', path: '/salaries' }] },
      ];
      const { decide } = policy(JSON.stringify({ network_policies: { a: { endpoints } } }));
      const ask = (name: string, path: string): string =>
        decide(request('GET', `${name}.xn--bcher-kva.example`, path)).kind;
      expect([ask('other', '/'), ask('shop', '/'), ask('shop', '/salaries'), ask('a.b', '/salaries')], host).toEqual([
        'allow',
        'allow',
        'deny',
        'deny',
      ]);
    }
  },
);

test.each([
  ['*.bü*.example.com', /mixes a wildcard/],
  ['*.straße.example.com', /two different names/],
  ['*.com.', /top-level domain/],
  ['**.', /.+/],
])(
  verifies('policy.wide-hosts-refused', 'a wildcard that nobody can read in one way is refused: %s'),
  (host, reason) => {
    expect(compileHostPattern(host)).toMatchObject({ kind: 'refused', reason: expect.stringMatching(reason) });
  },
);
