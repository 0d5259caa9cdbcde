import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { connect, TLSSocket } from 'node:tls';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { loadCertificateAuthority } from './authority-folder.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { sandboxBundle, trustedRoots } from './trust.ts';

const day = 86_400_000;

/** Shakes hands as a client that believes this authority and wants this host. */
async function shake(authority: CertificateAuthority, host: string, believed: string): Promise<string> {
  const [near, far] = duplexPair();
  const server = new TLSSocket(near, { isServer: true, secureContext: authority.issue(host) });
  server.on('error', () => {});
  const client = connect({ socket: far, host, ca: believed });
  const outcome = await Promise.race([
    once(client, 'secureConnect').then(() => 'trusted'),
    // once() rejects with the error that it was waiting for beside 'secureConnect'.
    once(client, 'close').then(() => 'closed'),
  ]).catch((error: Error) => error.message);
  client.destroy();
  server.destroy();
  return outcome;
}

test('clients that believe the authority believe its hosts, names and addresses', async () => {
  const authority = await loadCertificateAuthority(await temporaryFolder());
  for (const host of ['bank.example', '93.184.215.14', '2606:2800:21f::1', `${'a.'.repeat(100)}example`])
    expect(await shake(authority, host, authority.certificate), host).toBe('trusted');
  expect(authority.issue('bank.example')).toBe(authority.issue('bank.example'));
});

test(verifies('egress.authority', 'the authority cannot vouch for the machine itself'), async () => {
  const authority = await loadCertificateAuthority(await temporaryFolder());
  for (const host of ['localhost', '127.0.0.1', '::1'])
    expect(await shake(authority, host, authority.certificate), host).toBe('excluded subtree violation');
});

test(verifies('egress.authority', 'two installations do not believe each other'), async () => {
  const [mine, other] = [
    await loadCertificateAuthority(await temporaryFolder()),
    await loadCertificateAuthority(await temporaryFolder()),
  ];
  expect(await shake(other, 'bank.example', mine.certificate)).not.toBe('trusted');
});

test(verifies('egress.authority', 'its key is readable by nobody else, and is not used when it was'), async () => {
  const folder = await temporaryFolder();
  const first = await loadCertificateAuthority(folder);
  const path = join(folder, 'authority.pem');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await loadCertificateAuthority(folder)).certificate).toBe(first.certificate);
  await chmod(path, 0o640);
  await expect(loadCertificateAuthority(folder)).rejects.toMatchObject({ code: 'host_authority_exposed' });
});

test('a file that makes no sense is said to be so, and one that expires is replaced', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'authority.pem');
  await writeFile(path, 'nonsense\n', { mode: 0o600 });
  await expect(loadCertificateAuthority(folder)).rejects.toMatchObject({ code: 'host_authority_unreadable' });
  const other = await temporaryFolder();
  const old = await loadCertificateAuthority(other, () => Date.now() - 340 * day);
  const renewed = await loadCertificateAuthority(other);
  expect(renewed.certificate).not.toBe(old.certificate);
  expect(await readFile(join(other, 'authority.pem'), 'utf8')).toContain(renewed.certificate);
});

test('the bundle of a sandbox can be read block by block', async () => {
  const { certificate } = await loadCertificateAuthority(await temporaryFolder());
  const roots = trustedRoots();
  expect(roots.length).toBeGreaterThan(50);
  const blocks = sandboxBundle(roots, certificate).match(
    /-----BEGIN CERTIFICATE-----\n[^-]+\n-----END CERTIFICATE-----\n/g,
  );
  expect(blocks).toHaveLength(roots.length + 1);
  for (const block of blocks ?? []) expect(new X509Certificate(block).raw.length).toBeGreaterThan(0);
});
