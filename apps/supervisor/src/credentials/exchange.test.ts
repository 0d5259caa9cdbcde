import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';

const secret = 'sk-live-0123456789-abcdef';

// Endpoints of the scene's own policy have the same host; these paths are theirs alone.
const policy = `
  vault:
    endpoints:
      - host: finance.local
        port: 80
        path: /vault/**
        access: full
        credential_binding: { provider: bank }
        request_body_credential_rewrite: true
      - host: finance.local
        port: 80
        path: /cloud/**
        access: full
        credential_binding: { provider: cloud }
        credential_signing: sigv4
        signing_service: bedrock
        signing_region: eu-central-1
`;

async function openScene(): Promise<Scene> {
  const scene = await startScene({}, '', policy);
  await scene.ask('addCredential', {
    name: 'bank',
    secret,
    source: { kind: 'secret', prefix: 'sk-' },
    variable: 'BANK_KEY',
    binding: { hosts: ['finance.local'], ports: [80], places: ['header:authorization', 'json:/key'] },
  });
  await scene.open();
  return scene;
}

async function shell(scene: Scene, command: string): Promise<string> {
  const { outcome } = await scene.call('shell.exec', { command });
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.output;
}

/** A request as a program in the sandbox makes it, and the status of its answer. */
const request = (path: string, init: string) =>
  `node -e 'fetch("http://finance.local${path}", ${init}).then(async (r) => console.log(r.status, await r.text()))'`;

test(verifies('credentials.exchange', 'a program in a real sandbox uses a credential that is nowhere in it'), {
  timeout: 60_000,
}, async () => {
  const scene = await openScene();
  const placeholder = (await shell(scene, 'printf %s "$BANK_KEY"')).trim();
  expect(placeholder).toMatch(/^sk-CLAWHOLD[A-Z2-7]{26}$/);
  const headers = '{ headers: { authorization: "Bearer " + process.env.BANK_KEY } }';
  expect(await shell(scene, request('/vault/read', headers))).toMatch(/^201/);
  const post =
    '{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ key: process.env.BANK_KEY }) }';
  expect(await shell(scene, request('/vault/write', post))).toMatch(/^201/);
  expect(scene.received).toEqual([
    `GET /vault/read authorization=Bearer ${secret}`,
    `POST /vault/write {"key":"${secret}"}`,
  ]);
  expect(scene.plane.events.filter(({ type }) => type === 'credential.used').map(({ body }) => body)).toEqual([
    { name: 'bank', place: 'header:authorization', host: 'finance.local', method: 'GET' },
    { name: 'bank', place: 'json:/key', host: 'finance.local', method: 'POST' },
  ]);

  // Aimed at another place of the same host: refused, and a finding.
  expect(await shell(scene, request('/accounts', headers))).toMatch(/^403/);
  const content = '{ method: "POST", body: process.env.BANK_KEY }';
  expect(await shell(scene, request('/vault/write', content))).toMatch(/^403/);
  const findings = scene.plane.events.filter(({ type }) => type === 'finding.raised');
  expect(findings.map(({ body }) => body['kind'])).toEqual(['credential_misuse', 'credential_misuse']);
  expect(scene.received).toHaveLength(2);

  // Nothing that a person or a process can look at has it: ledger, timeline, environment, files of the supervisor.
  const told = JSON.stringify([scene.plane.events, scene.plane.timeline]);
  expect(told).not.toContain(secret);
  expect(told).not.toContain(placeholder);
  expect(await shell(scene, 'env; cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n"')).not.toContain(secret);
  // It ends with 2 where a folder of the kernel's (that of an overlay) opens for root only.
  const found = await promisify(execFile)('grep', ['-rlsF', secret, scene.home]).catch(
    (ended: { stdout: string; code: number }) => ended,
  );
  expect(found).toMatchObject({ stdout: '', code: expect.toSatisfy((code) => code === 1 || code === 2) });

  // Removed: its placeholder stands for nothing.
  await scene.ask('removeCredential', { name: 'bank' });
  expect(await shell(scene, request('/vault/read', headers))).toMatch(/^403/);
  expect(scene.received).toHaveLength(2);
});

test(verifies('credentials.bound', 'a placeholder dies with the sandbox that it was made for'), {
  timeout: 60_000,
}, async () => {
  const scene = await openScene();
  const before = (await shell(scene, 'printf %s "$BANK_KEY"')).trim();
  await scene.ask('closeSandbox', { run: scene.run });
  await scene.open();
  const after = (await shell(scene, 'printf %s "$BANK_KEY"')).trim();
  expect(after).not.toBe(before);
  const old = `{ headers: { authorization: "Bearer ${before}" } }`;
  expect(await shell(scene, request('/vault/read', old))).toMatch(/^403/);
  expect(scene.received).toEqual([]);
});

test(verifies('credentials.sigv4', 'what a real sandbox signs with a placeholder leaves signed with the key'), {
  timeout: 60_000,
}, async () => {
  const scene = await openScene();
  await scene.ask('closeSandbox', { run: scene.run });
  const key = { access_key_id: 'AKIAIOSFODNN7EXAMPLE', secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
  await scene.ask('addCredential', {
    name: 'cloud',
    secret: JSON.stringify(key),
    source: { kind: 'aws' },
    binding: { hosts: ['finance.local'], ports: [80], places: ['sigv4'] },
  });
  await scene.open();
  const scope = '"/20261122/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=00"';
  const headers = `{ headers: { authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + ${scope} } }`;
  expect(await shell(scene, request('/cloud/model', headers))).toMatch(/^201/);
  expect(scene.received[0]).toMatch(
    /authorization=AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/eu-central-1\/bedrock\/aws4_request/,
  );
  // A body in signed chunks: what stood for signatures is none any more.
  const chunk = (size: number) => `"${size};chunk-signature=" + "0".repeat(64) + "\\r\\n"`;
  const upload = `{ method: "PUT", body: ${chunk(5)} + "12345\\r\\n" + ${chunk(0)} + "\\r\\n", headers: {
    authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + ${scope},
    "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" } }`;
  expect(await shell(scene, request('/cloud/object', upload))).toMatch(/^201/);
  expect(scene.received[1]).toMatch(
    /^PUT .* 5;chunk-signature=(?!0{64})[0-9a-f]{64}\r\n12345\r\n0;chunk-signature=(?!0{64})[0-9a-f]{64}$/,
  );
  // The half that only signs has no place in any request.
  const misused = '{ headers: { authorization: "Bearer " + process.env.AWS_SECRET_ACCESS_KEY } }';
  expect(await shell(scene, request('/cloud/model', misused))).toMatch(/^403/);
  expect(JSON.stringify([scene.received, scene.plane.events])).not.toContain(key.secret_access_key);
});
