import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A program that keeps two tunnels open and writes down how each ends. */
const program = `
const { appendFileSync } = require('node:fs');
const { connect } = require('node:net');
const write = (line) => appendFileSync('log', line + '\\n');
for (const host of ['raw.local', 'other.local']) {
  const socket = connect(3128, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('CONNECT ' + host + ':25 HTTP/1.1\\r\\nHost: ' + host + ':25\\r\\n\\r\\n');
  socket.once('data', () => write(host + ' opened'));
  socket.once('close', () => {
    write(host + ' closed');
    setTimeout(() => process.exit(), 500); // the other one would have ended in the same moment
  });
}
`;

const ceiling = `version: 1
name: ceiling
services: { raw.local: { socket: raw.sock }, other.local: { socket: raw.sock } }
`;
const agent = (...hosts: string[]) => `version: 1
name: worker
network_policies:
${hosts.map((host, index) => `  n${index}: { endpoints: [{ host: ${host}, port: 25 }] }`).join('\n')}
`;

test(
  verifies('egress.policy-change', 'in a sandbox: the tunnel that a publication forbids ends, the other does not'),
  async () => {
    const scene = await startScene({ 'hold.cjs': program });
    const both = { ceiling, agents: { worker: agent('raw.local', 'other.local') } };
    await scene.ask('publishPolicy', both);
    await scene.open();
    const held = scene.call('shell.exec', { command: 'node hold.cjs; cat log' });
    await vi.waitFor(() => expect(scene.tunnels()).toBe(2), { timeout: 60_000 });

    // A bundle that does not load changes nothing.
    const broken = { ceiling, agents: { worker: 'version: 1\nnetwork_polices: {}\n' } };
    await expect(scene.ask('publishPolicy', broken)).rejects.toMatchObject({ code: 'policy_invalid' });
    await scene.ask('publishPolicy', { ceiling, agents: { worker: agent('other.local') } });
    const { outcome } = await held;
    expect(outcome).toMatchObject({ kind: 'done', output: expect.stringMatching(/raw\.local closed$/) });
    expect(outcome).not.toMatchObject({ output: expect.stringContaining('other.local closed') });
  },
);
