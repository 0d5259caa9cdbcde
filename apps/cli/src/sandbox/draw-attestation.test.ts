import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { drawAttestation } from './draw-attestation.ts';

const found = {
  run: 'run_0123456789',
  sandbox: 'sbx_0123456789',
  started: '2026-11-23T09:00:00.000Z',
  ended: null,
  attestation: {
    tier: 'sandboxed',
    limits: { openFiles: 256, fileBytes: null },
    mounts: Array.from({ length: 50 }, (_, at) => ({ path: `/mount${at}`, flags: ['ro', 'nosuid'] })),
    hostile: 'a\u001b[2Jb\nc',
  },
  signature: 'c2lnbmVk',
  publicKey: 'a2V5',
} as const;
const shown = (changes: object, signed: boolean): string =>
  drawAttestation({ ...structuredClone(found), ...changes } as never, signed); // the client's type is not readonly

test(verifies('sandbox.attestation-signed', 'what was measured is shown with whether its signature holds'), () => {
  const text = shown({}, true);
  expect(text).toContain('The signature of the supervisor holds.');
  expect(text).toMatch(/limits +openFiles 256; fileBytes null/);
  expect(text).toMatch(/mounts +path \/mount0; flags ro, nosuid/);
  expect(text).toContain('and 10 more');
  expect(shown({}, false)).toContain('ALTERED: the signature does not hold.');
  expect(shown({ signature: null }, false)).toContain('NOT SIGNED');
  expect(shown({ ended: { time: '2026-11-23T09:01:00.000Z', reason: 'it was ended' } }, true)).toContain(
    'it was ended',
  );
});

test('nothing that is recorded writes to the terminal by itself', () => {
  const text = shown({ ended: { time: 't', reason: 'x\u001b[2J' } }, true);
  // Our own colours are the only escapes there may be.
  const escapeCharacter = String.fromCharCode(27);
  const plain = text.replaceAll(new RegExp(`${escapeCharacter}\\[\\d{1,2}m`, 'g'), '');
  expect(plain).not.toContain(escapeCharacter);
  expect(plain).not.toMatch(/b\nc/);
});
