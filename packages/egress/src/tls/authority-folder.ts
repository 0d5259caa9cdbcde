import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ClawholdError } from '@clawhold/spec';
import {
  type AuthorityKeys,
  type CertificateAuthority,
  createAuthorityKeys,
  isUsable,
  openAuthority,
} from './certificate-authority.ts';

const fileName = 'authority.pem';

/**
 * The authority of this installation, kept in a folder: loaded when it is there and good for another month, made
 * otherwise. Certificate and key are one file (mode 0600), so that no crash leaves a pair that does not fit.
 *
 * @throws ClawholdError `host_authority_exposed` when another account can read the key; nothing is read then.
 * @throws ClawholdError `host_authority_unreadable` when the file is there and makes no sense.
 */
export async function loadCertificateAuthority(
  folder: string,
  clock: () => number = Date.now,
): Promise<CertificateAuthority> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, fileName);
  const stored = await readKeys(path);
  if (stored !== undefined && isUsable(stored, clock())) return openAuthority(stored, clock);
  const made = createAuthorityKeys(clock());
  await writeKeys(path, made);
  return openAuthority(made, clock);
}

async function readKeys(path: string): Promise<AuthorityKeys | undefined> {
  const mode = await stat(path).then(
    (found) => found.mode,
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : Promise.reject(error)),
  );
  if (mode === undefined) return undefined;
  if ((mode & 0o077) !== 0)
    throw new ClawholdError('host_authority_exposed', `Other accounts of this machine can read ${path}.`, {
      hint: 'Delete the file; the next start makes a new authority.',
    });
  const blocks = (await readFile(path, 'utf8')).match(/-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----\n/g) ?? [];
  const [certificate, privateKey] = blocks;
  if (blocks.length !== 2 || certificate === undefined || privateKey === undefined)
    throw new ClawholdError('host_authority_unreadable', `${path} does not hold a certificate and a key.`, {
      hint: 'Delete the file; the next start makes a new authority.',
    });
  return { certificate, privateKey };
}

async function writeKeys(path: string, keys: AuthorityKeys): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(keys.certificate + keys.privateKey);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
