import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { startScene } from '../testing/scene.ts';

const secret = 'sk-live-0123456789-abcdef';

/** Sends each of its arguments in a WebSocket, with `$` for the placeholder, and prints what comes back. */
const program = `
const [...messages] = process.argv.slice(2).map((text) => text.replaceAll('$', process.env.CHAT));
const socket = new WebSocket('ws://chat.local/ws');
socket.onopen = () => socket.send(messages.shift());
socket.onmessage = ({ data }) => {
  console.log('heard', data);
  if (messages.length > 0) socket.send(messages.shift());
  else socket.close();
};
socket.onclose = ({ code, reason }) => console.log('closed', code, reason);
`;

const agent = (rewrites: boolean) => `version: 1
name: worker
network_policies:
  chat:
    endpoints:
      - host: chat.local
        port: 80
        protocol: websocket
        access: full
        credential_binding: { provider: chat }
        websocket_credential_rewrite: ${rewrites}
`;

/** Says everything back. */
async function startChat(): Promise<{ readonly port: number; readonly heard: readonly string[] }> {
  const heard: string[] = [];
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      heard.push(String(data));
      socket.send(String(data));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  // A TCP server that listens has an AddressInfo.
  return { port: (server.address() as AddressInfo).port, heard };
}

test(verifies(
  'credentials.websocket',
  'a program in a real sandbox signs in with a credential that is nowhere in it',
), {
  timeout: 60_000,
}, async () => {
  const chat = await startChat();
  const scene = await startScene({ 'chat.mjs': program });
  const ceiling = `version: 1\nname: ceiling\nservices: { chat.local: { port: ${chat.port} } }\n`;
  await scene.ask('addCredential', {
    name: 'chat',
    secret,
    source: { kind: 'secret' },
    binding: { hosts: ['chat.local'], ports: [80], places: ['websocket:/d/token'] },
  });
  await scene.ask('publishPolicy', { ceiling, agents: { worker: agent(true) } });
  await scene.open();
  const say = async (...messages: readonly string[]): Promise<string> => {
    const command = `node chat.mjs ${messages.map((text) => `'${text}'`).join(' ')}`;
    const { outcome } = await scene.call('shell.exec', { command });
    return JSON.stringify(outcome);
  };

  const first = await say('{"op":2,"d":{"token":"$"}}', 'hello');
  expect(chat.heard).toEqual([`{"op":2,"d":{"token":"${secret}"}}`, 'hello']);
  expect(first).toContain('*'.repeat(secret.length));
  expect(first).toContain('heard hello');
  expect(first).not.toContain(secret);
  expect(scene.plane.events.filter(({ type }) => type === 'credential.used').map(({ body }) => body)).toEqual([
    { name: 'chat', place: 'websocket:/d/token', host: 'chat.local', method: 'GET' },
  ]);

  // Posted as content, and under a policy that rewrites nothing.
  expect(await say('{"op":0,"d":{"content":"$"}}')).toContain('closed 1008');
  await scene.ask('publishPolicy', { ceiling, agents: { worker: agent(false) } });
  expect(await say('{"op":2,"d":{"token":"$"}}')).toContain('closed 1008');
  expect(chat.heard).toHaveLength(2);
  const findings = scene.plane.events.filter(({ type }) => type === 'finding.raised');
  expect(findings.map(({ body }) => body['kind'])).toEqual(['credential_misuse', 'credential_misuse']);
  expect(JSON.stringify([scene.plane.events, scene.plane.timeline])).not.toContain(secret);
});
