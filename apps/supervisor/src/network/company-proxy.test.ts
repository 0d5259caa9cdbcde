import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { companyProxyOf } from './company-proxy.ts';

test('the address says where the proxy is, and with which credentials', () => {
  expect(companyProxyOf(undefined, [])).toBeUndefined();
  expect(companyProxyOf({ url: 'http://proxy.corp:3128' }, [])).toEqual({
    host: 'proxy.corp',
    port: 3128,
    trust: undefined,
    authorization: undefined,
  });
  expect(companyProxyOf({ url: 'https://ann:p%40ss@[2001:db8::1]' }, [])).toMatchObject({
    host: '2001:db8::1',
    port: 443,
    trust: expect.anything(),
    authorization: `Basic ${Buffer.from('ann:p@ss').toString('base64')}`,
  });
});

test.each(['proxy:3128', 'socks5://u:secret@proxy:1080', 'http://u:secret@proxy/path', 'http://u:secret@proxy/?a'])(
  verifies('egress.company-proxy', '%s is refused in a sentence without the password'),
  (url) => {
    expect(() => companyProxyOf({ url }, [])).toThrow('CLAWHOLD_COMPANY_PROXY is no address of a proxy.');
    expect(() => companyProxyOf({ url }, [])).not.toThrow(/secret/);
  },
);
