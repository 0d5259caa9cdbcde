import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { startScene } from '../testing/scene.ts';

const middlewares = `
network_middlewares:
  people: { middleware: clawhold/redact, config: { kinds: [pii] }, endpoints: { include: [finance.local, raw.local], exclude: [raw.local] } }
  keys: { middleware: openshell/regex, order: 1, config: { mode: redact }, endpoints: { include: [finance.local] } }
`;
const open = `
  notes:
    endpoints:
      - { host: finance.local, port: 80, path: /notes/**, access: full }
`;

test(verifies('egress.redaction', 'in a real sandbox: what a body holds of people and keys stays in'), {
  timeout: 60_000,
}, async () => {
  const scene = await startScene({}, middlewares, open);
  await scene.open();
  const post = async (body: string): Promise<string> => {
    const command = `node -e 'fetch("http://finance.local/notes/1", { method: "POST", headers: { "content-type": "application/json" }, body: process.argv[1] }).then(async (r) => console.log(r.status, await r.text()))' '${body}'`;
    const { outcome } = await scene.call('shell.exec', { command });
    return JSON.stringify(outcome);
  };
  expect(await post('{"from":"ann@example.org","key":"sk-abcdefghijklmnop1234","n":1}')).toContain('201');
  expect(scene.received).toEqual([
    'POST /notes/1 {"from":"[e-mail address removed]","key":"[access key removed]","n":1}',
  ]);
  const hidden = Buffer.from('write to ann@example.org about it').toString('base64');
  expect(await post(`{"from":"${hidden}"}`)).toContain('403');
  expect(scene.received).toHaveLength(1);
  const findings = scene.plane.events.filter(({ type }) => type === 'finding.raised');
  expect(findings.length).toBeGreaterThan(0);
  expect(JSON.stringify(findings)).not.toContain('ann@example.org');
  // The excluded host is reached without being read.
  const dial = `node -e 's = net.connect(25, "raw.local", () => s.write("ping")); s.on("data", (d) => console.log(String(d)))'`;
  expect(JSON.stringify((await scene.call('shell.exec', { command: dial })).outcome)).toContain('pong');
});
