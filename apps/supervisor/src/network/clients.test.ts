import { copyPackage, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { startWorld } from '../testing/world-scene.ts';

vi.setConfig({ testTimeout: 120_000 });

const policy = `version: 1
name: worker
network_policies:
  all:
    endpoints:
      - { host: web.example.com, port: 443, rules: [{ allow: { method: GET, path: "/open/**" } }] }
      - { host: raw.example.com, port: 443, protocol: websocket, rules: [{ allow: { method: GET, path: /ws } }, { allow: { method: WEBSOCKET_TEXT, path: /ws } }] }
      - { host: rpc.example.com, port: 50051, protocol: grpc, rules: [{ allow: { service: shop.v1.Orders, method: "Get*" } }] }
`;

test(verifies('egress.tls-inspected', "in a sandbox: Node's fetch reads through the proxy what it may"), async () => {
  const world = await startWorld(policy);
  const read = (url: string): string =>
    `node -e 'fetch("${url}").then(async (a) => console.log(a.status, a.headers.get("x-clawhold-decision"), await a.text()))'`;
  expect(await world.run(read('https://web.example.com/open/a'))).toBe('200 allowed tls GET /open/a');
  expect(await world.run(read('https://web.example.com/closed'))).toMatch(/^403 denied .*"error":"policy_denied"/);
  expect(await world.reached()).toEqual(['tls web.example.com /open/a']);
});

test(verifies('egress.websocket', "in a sandbox: Node's WebSocket talks as far as its policy goes"), async () => {
  const world = await startWorld(policy);
  const talk = (url: string, message: string): string =>
    `node -e 's = new WebSocket("${url}"); s.onopen = () => s.send(${message}); s.onmessage = (m) => { console.log(m.data); process.exit() }; s.onerror = () => console.log("not opened"); s.onclose = (e) => console.log(e.code, e.reason)'`;
  expect(await world.run(talk('wss://raw.example.com/ws', '"hi"'))).toBe('hello');
  expect(await world.run(talk('wss://raw.example.com/ws', 'new Uint8Array(1)'))).toMatch(/^1008 No rule allows/);
  expect(await world.run(talk('wss://raw.example.com/other', '"hi"'))).toMatch(/^not opened/);
});

test(verifies('egress.grpc', 'in a sandbox: a client of gRPC makes the calls that its policy names'), async () => {
  const world = await startWorld(policy);
  await copyPackage('@grpc/grpc-js', world.scene.taskFolder);
  const call = (method: string): string =>
    `node -e 'const { Client, credentials } = require("@grpc/grpc-js"), fs = require("fs"), as = (b) => b; new Client("rpc.example.com:50051", credentials.createSsl(fs.readFileSync(process.env.SSL_CERT_FILE))).makeUnaryRequest("/shop.v1.Orders/${method}", as, as, Buffer.from("seven"), (error, answer) => console.log(error ? error.code + " " + error.details : String(answer)))'`;
  expect(await world.run(call('GetOne'))).toBe('seven');
  expect(await world.run(call('Drop'))).toMatch(/^7 No rule allows POST .*shop\.v1\.Orders\/Drop/);
  expect(await world.reached()).toEqual(['rpc /shop.v1.Orders/GetOne']);
});
