import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { decision, startOrigin, startProxy, talk, viaService } from '../testing.ts';

function get(path: string): string {
  return `GET http://shop${path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n`;
}

test(
  verifies(
    'egress.whole-question',
    'what the head of a request is enough for is decided once, and of all else the whole question',
  ),
  async () => {
    await using origin = await startOrigin((_request, response) => response.end('ok'));
    const asked: (string | undefined)[] = [];
    const needs = { pointers: [], digestBody: false };
    const first = viaService('shop');
    await using proxy = await startProxy({
      services: { shop: origin.port },
      decide: ({ operation }) => {
        asked.push(operation?.path);
        return decision('deny');
      },
      hooks: {
        inspect({ operation }) {
          if (operation?.path === '/no') return { ...needs, decision: decision('deny') };
          if (operation?.path === '/yes') return { ...needs, decision: first };
          if (operation?.path === '/to') return { ...needs, pointers: ['query:to'], decision: first };
          if (operation?.path === '/person') return { ...needs, digestBody: true, decision: first };
          return operation?.path === '/redacted' ? { ...needs, takenOut: ['pii'], decision: first } : needs;
        },
      },
    });
    expect(await talk(proxy.port, get('/no'))).toMatch(/^HTTP\/1\.1 403/);
    expect(await talk(proxy.port, get('/yes'))).toMatch(/^HTTP\/1\.1 200/);
    expect(asked).toEqual([]);
    expect(proxy.decided.map((one) => one.decision.kind)).toEqual(['deny', 'allow']);
    for (const path of ['/to?to=X', '/person', '/redacted', '/unsaid'])
      expect(await talk(proxy.port, get(path))).toMatch(/^HTTP\/1\.1 403/);
    expect(asked).toEqual(['/to', '/person', '/redacted', '/unsaid']);
  },
);
