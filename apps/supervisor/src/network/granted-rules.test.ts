import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 60_000 });

const ceiling =
  'version: 1\nname: ceiling\nservices: { finance.local: { socket: finance.sock }, raw.local: { socket: raw.sock } }\n';
/** Opens nothing by itself. */
const nothing = { ceiling, agents: { worker: 'version: 1\nname: worker\n' } };

const rule = (host: string, port: number, expires: number, uses: number) => ({
  id: 'prp_0123456789' as const,
  agent: 'worker',
  run: null,
  policy: {
    endpoints: [{ host, port, ...(port === 80 ? { rules: [{ allow: { method: 'GET', path: '/a' } }] } : {}) }],
  },
  expires: new Date(Date.now() + expires).toISOString(),
  uses,
});

const hold = `
const socket = require('node:net').connect(3128, '127.0.0.1');
socket.on('error', () => {});
socket.write('CONNECT raw.local:25 HTTP/1.1\\r\\nHost: raw.local:25\\r\\n\\r\\n');
socket.once('data', (head) => console.log(String(head).slice(0, 12)));
socket.once('close', () => console.log('closed'));
`;

async function scene(): Promise<Scene> {
  const made = await startScene({ 'hold.cjs': hold });
  await made.ask('publishPolicy', nothing);
  await made.open();
  return made;
}

test(
  verifies(
    'supervisor.grants',
    'parallel requests never use a granted rule more often than it says, and each use is recorded',
  ),
  async () => {
    const made = await scene();
    await made.ask('publishGrants', { revision: 2, rules: [rule('finance.local', 80, 60_000, 3)] });
    const command = `for i in 1 2 3 4 5 6 7 8; do curl -s -o /dev/null -w '%{http_code}\n' http://finance.local/a & done; wait`;
    const { outcome } = await made.call('shell.exec', { command });
    const statuses = outcome.kind === 'done' ? outcome.output.trim().split('\n').toSorted() : [];
    expect(statuses).toEqual(['201', '201', '201', '403', '403', '403', '403', '403']);
    expect(made.received).toHaveLength(3);
    const used = made.plane.events.filter(
      ({ type, body }) => type === 'decision.made' && JSON.stringify(body).includes('"reserve"'),
    );
    expect(used.length).toBeGreaterThanOrEqual(3);
    const other = await made.call('shell.exec', {
      command: `curl -s -o /dev/null -w '%{http_code}' http://finance.local/b`,
    });
    expect(other.outcome).toMatchObject({ output: '403' });
  },
);

test(
  verifies('supervisor.grants', 'a tunnel ends when its rule is revoked, and an older list brings no rule back'),
  async () => {
    const made = await scene();
    const granted = { revision: 3, rules: [rule('raw.local', 25, 60_000, 5)] };
    await made.ask('publishGrants', granted);
    const held = made.call('shell.exec', { command: 'node hold.cjs' });
    await vi.waitFor(() => expect(made.tunnels()).toBe(1), { timeout: 60_000 });
    await made.ask('publishGrants', { revision: 4, rules: [] });
    expect((await held).outcome).toMatchObject({ output: 'HTTP/1.1 200\nclosed' });
    await made.ask('publishGrants', granted);
    expect((await made.call('shell.exec', { command: 'node hold.cjs' })).outcome).toMatchObject({
      output: 'HTTP/1.1 403\nclosed',
    });
  },
);

test(verifies('supervisor.grants', 'a tunnel ends when its rule is over, though nobody says so'), async () => {
  const made = await scene();
  await made.ask('publishGrants', { revision: 2, rules: [rule('raw.local', 25, 6_000, 5)] });
  const { outcome } = await made.call('shell.exec', { command: 'node hold.cjs' });
  expect(outcome).toMatchObject({ output: 'HTTP/1.1 200\nclosed' });
});
