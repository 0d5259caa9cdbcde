import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { decision, startOrigin, startProxy, talk, viaService } from '../testing.ts';

test.each([301, 302, 303, 307, 308])(
  verifies('egress.redirects', 'a %i is told to the program, and where it leads is decided anew'),
  async (status) => {
    const asked: string[] = [];
    await using origin = await startOrigin((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(status, { location: 'http://shop/secret' }).end();
    });
    await using proxy = await startProxy({
      services: { shop: origin.port },
      decide: ({ operation, host }) => (operation?.path === '/open' ? viaService(host) : decision('deny')),
    });
    const get = (path: string): Promise<string> =>
      talk(proxy.port, `GET http://shop${path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n`);
    const first = await get('/open');
    expect(first).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*location: http://shop/secret\r\n`, 'i'));
    expect(asked).toEqual(['GET /open']);
    expect(await get('/secret')).toMatch(/^HTTP\/1\.1 403 /);
    expect(asked).toEqual(['GET /open']);
    expect(proxy.decided.map(({ question }) => question.operation?.path)).toEqual(['/open', '/secret']);
  },
);
