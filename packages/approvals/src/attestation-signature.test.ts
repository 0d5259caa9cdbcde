import { generateKeyPairSync } from 'node:crypto';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { type AttestationClaim, isAttestationSigned, signAttestation } from './attestation-signature.ts';

const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') };
};

const claim: AttestationClaim = {
  run: 'run_0123456789',
  sandbox: 'sbx_0123456789',
  attestation: { tier: 'sandboxed', landlock: 7, files: { paths: [{ path: '/usr', writable: false }] } },
};

test(
  verifies('sandbox.attestation-signed', 'a signature holds for what was signed, whatever the order of its members'),
  () => {
    const { privateKey, publicKey } = pair();
    const signature = signAttestation(claim, privateKey);
    const { files, landlock, tier } = claim.attestation;
    expect(isAttestationSigned({ ...claim, attestation: { files, landlock, tier } }, signature, publicKey)).toBe(true);
  },
);

test(verifies('sandbox.attestation-signed', 'a changed claim, signature or key is seen'), () => {
  const { privateKey, publicKey } = pair();
  const signature = signAttestation(claim, privateKey);
  const changed: readonly AttestationClaim[] = [
    { ...claim, run: 'run_9876543210' },
    { ...claim, sandbox: 'sbx_9876543210' },
    { ...claim, attestation: { ...claim.attestation, landlock: 6 } },
    { ...claim, attestation: { ...claim.attestation, more: true } },
  ];
  for (const other of changed) expect(isAttestationSigned(other, signature, publicKey)).toBe(false);
  expect(isAttestationSigned(claim, signature, pair().publicKey)).toBe(false);
  expect(isAttestationSigned(claim, `${signature.slice(0, -4)}AAA=`, publicKey)).toBe(false);
  for (const broken of ['', 'x', signature]) {
    expect(isAttestationSigned(claim, broken === signature ? '' : broken, publicKey)).toBe(false);
    expect(isAttestationSigned(claim, signature, broken)).toBe(false);
  }
});
