import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { pinnedEndpoint } from './tool-pins.ts';

test(
  verifies('egress.tool-pins', 'another path of an endpoint is the same server, another host or port is another'),
  () => {
    const terms = { list: 'open', path: '/mcp/**' } as const;
    const target = {
      kind: 'target',
      scheme: 'https',
      host: 'tools.example.com',
      port: 443,
      path: '/mcp/a',
      query: '',
    } as const;
    expect(pinnedEndpoint(target, terms)).toBe('https://tools.example.com/mcp/**');
    expect(pinnedEndpoint({ ...target, path: '/mcp/b', query: 'page=2' }, terms)).toBe(pinnedEndpoint(target, terms));
    const others = [
      { ...target, host: 'x.example.com' },
      { ...target, port: 8443 },
      { ...target, scheme: 'http', port: 80 } as const,
    ];
    for (const other of others) expect(pinnedEndpoint(other, terms)).not.toBe(pinnedEndpoint(target, terms));
  },
);
