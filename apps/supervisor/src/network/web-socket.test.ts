import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startScene } from '../testing/scene.ts';
import { greetWebSocket } from '../testing/world-web-socket.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A program that opens a WebSocket through the proxy, says `hi`, and then something that is no text. */
const program = `
const { request } = require('node:http');
const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': 13, 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' };
const asked = request('http://chat.local/ws', { headers });
asked.on('response', async (answer) => {
  let text = '';
  for await (const piece of answer) text += piece;
  console.log(answer.statusCode, text);
});
asked.on('upgrade', (_answer, socket) => {
  let isFirst = true;
  socket.on('data', (bytes) => {
    console.log(bytes.toString('latin1'));
    if (isFirst) socket.write(Buffer.from([0x82, 0x81, 0, 0, 0, 0, 1]));
    isFirst = false;
  });
  socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 104, 105]));
});
asked.end();
`;

const agent = (endpoint: string) => `version: 1
name: worker
network_policies: { chat: { endpoints: [{ host: chat.local, port: 80, ${endpoint} }] } }
`;

async function startChat(): Promise<number> {
  const server = createServer().on('upgrade', greetWebSocket);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  // A TCP server that listens has an AddressInfo.
  return (server.address() as AddressInfo).port;
}

test(
  verifies('egress.websocket', 'in a sandbox: messages pass as the policy says, and no other endpoint opens one'),
  async () => {
    const scene = await startScene({ 'chat.cjs': program });
    const ceiling = `version: 1\nname: ceiling\nservices: { chat.local: { port: ${await startChat()} } }\n`;
    const rules = 'rules: [{ allow: { method: GET, path: /ws } }, { allow: { method: WEBSOCKET_TEXT, path: /ws } }]';
    const publish = (endpoint: string) => scene.ask('publishPolicy', { ceiling, agents: { worker: agent(endpoint) } });
    await publish(`protocol: websocket, ${rules}`);
    await scene.open();
    const open = await scene.call('shell.exec', { command: 'node chat.cjs' });
    expect(open.outcome).toMatchObject({
      output: expect.stringMatching(/hello[\s\S]*No rule allows GET .*binary message/),
    });
    await publish('access: full');
    const closed = await scene.call('shell.exec', { command: 'node chat.cjs' });
    expect(closed.outcome).toMatchObject({ output: expect.stringMatching(/^403 .*protocol: websocket/) });
  },
);
