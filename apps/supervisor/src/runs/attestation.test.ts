import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAttestationSigned } from '@clawhold/approvals';
import { eventBodies, limits } from '@clawhold/spec';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { startScene } from '../testing/scene.ts';
import { tamperWith } from '../testing/tamper.ts';
import { openAttestationKey } from './attestation-key.ts';

vi.setConfig({ testTimeout: 60_000 });

test(
  verifies('sandbox.attestation-signed', 'the record of a start is signed with the key that was told at registration'),
  async () => {
    const scene = await startScene();
    await scene.open();
    const started = scene.plane.events.find(({ type }) => type === 'sandbox.started');
    const { signature, ...rest } = eventBodies['sandbox.started'].parse(started?.body);
    const claim = { run: scene.run, ...rest };
    expect(isAttestationSigned(claim, signature, scene.plane.attestationKey)).toBe(true);
    expect(claim.attestation).toMatchObject({
      diskQuota: { bytes: limits.runDiskBytes, entries: limits.runDiskFiles },
      limits: { lifetimeSeconds: limits.sandboxSeconds },
    });
    const altered = { ...claim, attestation: { ...claim.attestation, tier: 'microvm' } };
    expect(isAttestationSigned(altered, signature, scene.plane.attestationKey)).toBe(false);
    expect((await scene.ask('listSandboxes', {})).sandboxes).toMatchObject([
      { run: scene.run, sandbox: claim.sandbox, state: 'running' },
    ]);
  },
);

test(verifies('sandbox.hidden-secrets', 'a run sees no secrets of its folder, and its record says which'), async () => {
  const scene = await startScene();
  await writeFile(join(scene.taskFolder, '.env'), 'S3CRET');
  await scene.open();
  const started = scene.plane.events.find(({ type }) => type === 'sandbox.started');
  const { attestation } = eventBodies['sandbox.started'].parse(started?.body);
  expect(attestation).toMatchObject({ files: { masked: true }, hiddenFiles: { count: 1, paths: ['.env'] } });
});

test.runIf(process.getuid?.() === 0)(
  verifies('sandbox.drift', 'a change from outside ends the sandbox, and is a finding of its run'),
  async () => {
    const scene = await startScene();
    await scene.open();
    tamperWith(scene.plane.events.find(({ type }) => type === 'sandbox.started')?.body);
    const finding = () => scene.plane.events.find(({ type }) => type === 'finding.raised');
    while (finding() === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(finding()).toMatchObject({ run: scene.run, body: { kind: 'sandbox.drift' } });
    expect((await scene.ask('listSandboxes', {})).sandboxes).toEqual([]);
  },
);

test(verifies('sandbox.attestation-signed', 'a key lasts, belongs to one account, and is never replaced'), async () => {
  const folder = await temporaryFolder();
  const { publicKey, sign } = await openAttestationKey(folder);
  const claim = { run: 'r', sandbox: 's', attestation: {} };
  expect((await openAttestationKey(folder)).publicKey).toBe(publicKey);
  expect((await openAttestationKey(await temporaryFolder())).publicKey).not.toBe(publicKey);
  expect(isAttestationSigned(claim, sign(claim), publicKey)).toBe(true);
  const path = `${folder}/attestation.key`;
  await writeFile(path, (await readFile(path)).subarray(1));
  await expect(openAttestationKey(folder)).rejects.toMatchObject({ code: 'supervisor_attestation_key' });
});
