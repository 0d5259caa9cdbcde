import { generateKeyPairSync } from 'node:crypto';
import { signAttestation } from '@clawhold/approvals';
import type { ReadRecord } from '@clawhold/ledger';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { AttestationCheck } from './attestations.ts';

const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') };
};
const [first, second] = [pair(), pair()];
const claim = { run: 'run_0123456789', sandbox: 'sbx_0123456789', attestation: { tier: 'sandboxed' } };
const good = signAttestation(claim, first.privateKey);

function verdictOf(...events: readonly (readonly [type: string, body: ReadRecord['body']])[]) {
  const check = new AttestationCheck();
  for (const [index, [type, body]] of events.entries())
    check.see({
      sequence: index + 1,
      time: '',
      type,
      actor: 'supervisor',
      run: claim.run,
      session: null,
      team: null,
      body,
    });
  return check.verdict();
}

const registered = (attestationKey: string) => ['supervisor.registered', { epoch: 1, attestationKey }] as const;
const started = (body: ReadRecord['body']) => ['sandbox.started', body] as const;
const { sandbox, attestation } = claim;

test(verifies('sandbox.attestation-verified', 'a signature of the supervisor that was registered then holds'), () => {
  const again = { ...claim, sandbox: 'sbx_9876543210' };
  const signature = signAttestation(again, second.privateKey);
  expect(
    verdictOf(
      registered(first.publicKey),
      started({ sandbox, attestation, signature: good, beside: 'mind' }),
      registered(second.publicKey),
      started({ sandbox: again.sandbox, attestation, signature }),
    ),
  ).toEqual({ signed: 2, findings: [] });
});

test(verifies('sandbox.attestation-verified', 'one that is missing or bad is named with its run and record'), () => {
  const of = (body: ReadRecord['body'], key: string = first.publicKey) =>
    verdictOf(registered(key), started(body)).findings;
  const at = { sequence: 2, run: claim.run, sandbox };
  const notSigned = { ...at, explanation: 'Its attestation is not what the supervisor signed.' };
  expect(of({ sandbox, attestation })).toEqual([{ ...at, explanation: 'Its attestation has no signature.' }]);
  expect(of({ sandbox, attestation: { tier: 'microvm' }, signature: good })).toEqual([notSigned]);
  expect(of({ sandbox, signature: good })).toEqual([notSigned]);
  expect(of({ sandbox, attestation, signature: '' })).toEqual([notSigned]);
  expect(of({ sandbox, attestation, signature: good }, second.publicKey)).toEqual([notSigned]);
  expect(verdictOf(started({ sandbox, attestation, signature: good })).findings).toEqual([
    { ...at, sequence: 1, explanation: 'No supervisor had told its key by then.' },
  ]);
});
