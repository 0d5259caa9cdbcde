import type { CanonicalAction } from '@clawhold/spec';

/** A payment that an agent wants to make. */
export const sampleAction: CanonicalAction = {
  version: 1,
  install: 'ins_0123456789',
  run: 'run_0123456789',
  step: 'stp_0123456789',
  nonce: '00112233445566778899aabbccddeeff',
  tool: 'http.fetch',
  arguments: { url: 'http://finance.local/payments', method: 'POST' },
  effect: 'irreversible',
  inverse: { kind: 'none' },
  command: ['/opt/node/bin/node', '/opt/clawhold/tools/http-fetch.mjs'],
  request: {
    method: 'POST',
    url: 'http://finance.local/payments',
    headers: [['content-type', 'application/json']],
    bodyDigest: 'ab'.repeat(32),
    body: '{"account":"DE89370400440532013000","amount":"12.50"}',
    address: 'service:finance.local',
  },
  policy: 'cd'.repeat(32),
  checkpoint: 'ef01',
  expires: '2026-11-22T12:00:00.000Z',
};
