import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { type EvidenceFiles, gatherEvidence } from './evidence.ts';

const publicKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();

async function files(contents: Readonly<Record<string, string>>): Promise<EvidenceFiles> {
  const folder = await temporaryFolder();
  const paths = Object.entries(contents).map(async ([name, text]) => {
    await writeFile(join(folder, name), text);
    return [name, join(folder, name)] as const;
  });
  return Object.fromEntries(await Promise.all(paths));
}

test('what is there is read', async () => {
  const evidence = await gatherEvidence(await files({ export: 'x', key: publicKey, heads: '\n' }));
  expect(evidence.heads).toEqual([]);
  const bytes: Uint8Array[] = [];
  for await (const chunk of evidence.chunks) bytes.push(chunk);
  expect(Buffer.concat(bytes).toString()).toBe('x');
});

test.each<[string, Record<string, string>, EvidenceFiles, string]>([
  ['no key', { export: 'x' }, {}, 'verified with the public key'],
  ['no such export', { key: publicKey }, { export: '/nope' }, 'The export /nope cannot be read: there is no such file'],
  ['a folder', { key: publicKey }, { export: '/' }, 'The export / cannot be read: it is a folder'],
  ['no such key', { export: 'x' }, { key: '/nope' }, 'The public key /nope cannot be read'],
  ['no such heads', { export: 'x', key: publicKey }, { heads: '/nope' }, 'The list of tree heads /nope cannot be read'],
  ['a key that is none', { export: 'x', key: 'hello' }, {}, 'no public key'],
  ['heads that are none', { export: 'x', key: publicKey, heads: '\n{}' }, {}, 'Line 1 of the heads'],
])(verifies('product.clear-sentences', '%s is one sentence'), async (_, contents, more, sentence) => {
  const given = { ...(await files(contents)), ...more };
  await expect(gatherEvidence(given)).rejects.toMatchObject({
    name: 'ClawholdError',
    message: expect.stringContaining(sentence),
  });
});
