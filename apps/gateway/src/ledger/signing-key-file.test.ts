import { generateKeyPairSync } from 'node:crypto';
import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { openLedgerKey } from './signing-key-file.ts';

const unusable = expect.objectContaining({ code: 'ledger_key_unusable' });

describe('the signing key', () => {
  test(verifies('ledger.signing-key-private', 'is made once, in a file that only its owner can read'), async () => {
    const folder = await temporaryFolder();
    const keys = await Promise.all([openLedgerKey(folder), openLedgerKey(folder)]);
    const again = await openLedgerKey(folder);
    for (const key of keys) expect(key.signing.id).toBe(again.signing.id);
    expect(again.verifying.verify(Buffer.from('x'), again.signing.sign(Buffer.from('x')))).toBe(true);
    expect((await stat(join(folder, 'ledger-signing-key.pem'))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['ledger-signing-key.pem']);
  });

  test(verifies('ledger.signing-key-private', 'is refused when other accounts can read it'), async () => {
    const folder = await temporaryFolder();
    await openLedgerKey(folder);
    await chmod(join(folder, 'ledger-signing-key.pem'), 0o640);
    await expect(openLedgerKey(folder)).rejects.toThrow(unusable);
  });

  test('is refused when it is damaged or of another kind', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'ledger-signing-key.pem');
    await writeFile(path, 'no key', { mode: 0o600 });
    await expect(openLedgerKey(folder)).rejects.toThrow(unusable);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await expect(openLedgerKey(folder)).rejects.toThrow(unusable);
  });
});
