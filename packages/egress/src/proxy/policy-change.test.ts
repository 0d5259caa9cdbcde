import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Decision, EgressQuestion, Obligation } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { decision, everything, startProxy, startRawOrigin, viaService } from '../testing.ts';
import { isStillAllowed } from './still-allowed.ts';

const tunnelTo = (host: string) => `CONNECT ${host}:25 HTTP/1.1\r\nHost: ${host}:25\r\n\r\n`;
const readInside = (host: string) => viaService(host, { kind: 'inspect', tls: 'none', protocol: 'rest' });
const get = 'GET / HTTP/1.1\r\nHost: one:25\r\n\r\n';

/** A server that greets, and then says back what it hears. */
const startEcho = () =>
  startRawOrigin((socket, head) => {
    socket.write(head);
    socket.on('data', (bytes: Buffer) => socket.write(bytes));
  });

async function say(socket: Socket, words: string): Promise<string> {
  socket.write(words);
  const [heard] = (await once(socket, 'data')) as [Buffer];
  return heard.toString();
}

test(
  verifies('egress.policy-change', 'a tunnel that the new policy forbids is cut at both ends, the others live on'),
  async () => {
    await using echo = await startEcho();
    const forbidden = new Set<string>();
    const decide = ({ host }: EgressQuestion): Decision => (forbidden.has(host) ? decision('deny') : viaService(host));
    await using proxy = await startProxy({ services: { one: echo.port, two: echo.port }, decide });
    const [one, two] = [connect(proxy.port, '127.0.0.1'), connect(proxy.port, '127.0.0.1')];
    for (const [socket, host] of [
      [one, 'one'],
      [two, 'two'],
    ] as const) {
      expect(await say(socket, tunnelTo(host))).toContain('200');
      expect(await say(socket, 'hello\r\n\r\n')).toContain('hello');
    }
    expect(proxy.egress.reconsider()).toBe(0);
    forbidden.add('one');
    const end = everything(one);
    expect(proxy.egress.reconsider()).toBe(1);
    await end;
    expect(await say(two, 'still here')).toBe('still here');
    await vi.waitFor(() =>
      expect(proxy.records).toMatchObject([
        { url: 'one:25', outcome: 'cut', fault: 'policy_changed', decision: { kind: 'deny' } },
      ]),
    );
    expect(proxy.egress.reconsider()).toBe(0);
    two.destroy();
  },
);

test(verifies('egress.policy-change', 'an answer that streams is cut, inside a tunnel that is read too'), async () => {
  for (const first of ['', tunnelTo('one')]) {
    let hungUp: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => {
      hungUp = resolve;
    });
    await using origin = await startRawOrigin((socket) => {
      socket.on('close', () => hungUp?.());
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n');
    });
    let isOpen = true;
    const decide = ({ operation, host }: EgressQuestion): Decision => {
      if (operation === undefined) return readInside(host);
      return isOpen ? viaService(host) : decision('deny');
    };
    await using proxy = await startProxy({ services: { one: origin.port }, decide });
    const client = connect(proxy.port, '127.0.0.1');
    if (first !== '') expect(await say(client, first)).toContain('200');
    let heard = '';
    client.on('data', (bytes: Buffer) => {
      heard += bytes.toString();
    });
    client.write(first === '' ? get.replace('GET /', 'GET http://one:25/') : get);
    while (!heard.includes('data: 1')) await once(client, 'data');
    isOpen = false;
    const closed = once(client, 'close');
    expect(proxy.egress.reconsider()).toBe(1);
    await Promise.all([closed, gone]);
    expect(heard).not.toContain('0\r\n\r\n');
    await vi.waitFor(() =>
      expect(proxy.records).toMatchObject([{ method: 'GET', outcome: 'cut', fault: 'policy_changed' }]),
    );
  }
});

test(
  verifies('egress.policy-change', 'what was decided before the change and would leave after it does not leave'),
  async () => {
    let reached = 0;
    await using origin = await startRawOrigin((socket) => {
      reached++;
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    for (const bytes of [get.replace('GET /', 'GET http://one:25/'), tunnelTo('one') + get]) {
      let isOpen = true;
      await using proxy = await startProxy({
        services: { one: origin.port },
        decide: ({ host }) => (isOpen ? viaService(host) : decision('deny')),
        hooks: {
          before: async () => {
            isOpen = false;
            proxy.egress.reconsider();
            return { kind: 'go' };
          },
        },
      });
      const client = connect(proxy.port, '127.0.0.1');
      client.write(bytes);
      await everything(client);
      await vi.waitFor(() => expect(proxy.records).toMatchObject([{ outcome: 'cut', fault: 'policy_changed' }]));
    }
    expect(reached).toBe(0);
  },
);

const cap = (bytes: number): Obligation => ({ kind: 'cap', direction: 'response', bytes });
const meter = (limit: number): Obligation => ({ kind: 'meter', counter: 'egress/run', limit });
const granted: Obligation = { kind: 'consume_grant', grant: 'grt_0000000000' };
const inspect: Obligation = { kind: 'inspect', tls: 'none', protocol: 'rest' };
const durable: Obligation = { kind: 'record', durability: 'durable' };
const allow = (...obligations: Obligation[]) => decision('allow', obligations);

test.each<[string, boolean, Decision, Decision]>([
  ['the same', true, allow(cap(5)), allow(cap(5))],
  ['more room', true, allow(cap(5), meter(5)), allow(cap(9), meter(9))],
  ['no bounds any more', true, allow(cap(5), inspect), allow()],
  ['another record', true, allow(), allow(durable)],
  ['less room', false, allow(cap(5)), allow(cap(4))],
  ['a bound that was not there', false, allow(), allow(cap(4))],
  ['a smaller budget', false, allow(meter(5)), allow(meter(4))],
  ['to be read from now on', false, allow(), allow(inspect)],
  ['another way there', false, viaService('a'), viaService('b')],
  ['no service any more', false, viaService('a'), allow()],
  ['a person is asked from now on', false, allow(), decision('ask')],
  ['a person was asked and agreed', true, allow(granted), decision('ask')],
  ['forbidden, though a person agreed', false, allow(granted), decision('deny')],
])(
  `${verifies('egress.policy-change', 'what is under way lives on only as it is allowed')}: %s`,
  (_name, lives, before, now) => {
    expect(isStillAllowed(before, now)).toBe(lives);
  },
);
