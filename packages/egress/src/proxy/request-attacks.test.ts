import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { startOrigin, startProxy, startRawOrigin, talk } from '../testing.ts';
import { bodyAttacks, requestAttacks } from '../wire/request-attacks.ts';

test.each(requestAttacks)(
  `${verifies('egress.strict-requests', 'a request that could be read in two ways is refused unread')}: $name`,
  async ({ bytes, fault }) => {
    let reached = 0;
    await using origin = await startOrigin((_request, response) => {
      reached++;
      response.end();
    });
    await using proxy = await startProxy({ services: { shop: origin.port, bank: origin.port } });
    // A second request behind the first: after a refusal nothing more is read from the connection.
    const answer = await talk(proxy.port, `${bytes}GET http://shop/second HTTP/1.1\r\nHost: shop\r\n\r\n`);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toHaveLength(1);
    expect(answer).toMatch(/^HTTP\/1\.1 (?:4|5)\d\d /);
    expect(answer).toContain('x-clawhold-decision: malformed');
    expect(answer).toContain(`"code":"request_${fault}"`);
    expect(proxy.records).toMatchObject([{ outcome: 'malformed', fault }]);
    expect(proxy.decided).toEqual([]);
    expect(reached).toBe(0);
  },
);

test.each(bodyAttacks)(
  `${verifies('egress.strict-requests', 'a body that could end in two places never arrives as a whole')}: $name`,
  async ({ bytes, fault }) => {
    let arrived = '';
    await using origin = await startRawOrigin((socket, head) => {
      arrived = head;
      socket.on('data', (more: Buffer) => {
        arrived += more.toString('latin1');
      });
    });
    await using proxy = await startProxy({ services: { shop: origin.port } });
    const answer = await talk(proxy.port, `${bytes}GET http://shop/second HTTP/1.1\r\nHost: shop\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(proxy.records).toMatchObject([{ outcome: 'malformed', fault }]);
    expect(arrived).not.toContain('0\r\n\r\n');
    expect(arrived).not.toContain('second');
  },
);
