import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataKey, keyBytes, readOrCreateKeyFile } from '@clawhold/sealing';
import { ClawholdError } from '@clawhold/spec';

/**
 * The key-encryption key of the store: the one that was given, else that of the file `key`, made at the first start.
 *
 * @param given base64; see `CLAWHOLD_CREDENTIAL_KEY` in docs/operating.md.
 * @param suffix of the files that it opens.
 * @throws ClawholdError `supervisor_credential_key` when it is no key, or when another one sealed what is there.
 */
export async function openCredentialKey(folder: string, given: string | undefined, suffix: string): Promise<DataKey> {
  const path = join(folder, 'key');
  const files = await readdir(folder);
  if (given !== undefined) {
    const key = decode(given);
    if (files.includes('key') && !key.equals(await readFile(path)))
      throw unusable(`The key that was given is another one than ${path}.`, {
        hint: `Give the one in that file (base64 -w0 ${path}), and then remove the file; or give none.`,
      });
    return key;
  }
  // A new one would open nothing of it, and say so only when a credential is missed.
  if (!files.includes('key') && files.some((file) => file.endsWith(suffix)))
    throw unusable(`${folder} holds sealed credentials and no key.`, {
      hint: 'Give the key again (CLAWHOLD_CREDENTIAL_KEY), restore the file `key`, or remove the folder and add the credentials again.',
    });
  try {
    return await readOrCreateKeyFile(path, keyBytes);
  } catch (cause) {
    throw unusable(`The key file ${path} is damaged or cannot be read.`, {
      cause,
      hint: 'Restore it from a backup, or remove its folder and add the credentials again.',
    });
  }
}

/** What was sealed opens with another key than this one. */
export function foreignKey(folder: string): ClawholdError {
  return unusable(`The key that was given opens none of the credentials in ${folder}.`, {
    hint: 'Give the key with which they were added.',
  });
}

function decode(text: string): DataKey {
  const key = Buffer.from(text, 'base64');
  // Node skips what is no base64: written again it must be the same.
  if (key.length === keyBytes && key.toString('base64') === text) return key;
  throw unusable(`The key that was given for credentials is not ${keyBytes} bytes in base64.`, {
    hint: `Make one with: head -c ${keyBytes} /dev/urandom | base64`,
  });
}

function unusable(message: string, options: { readonly hint: string; readonly cause?: unknown }): ClawholdError {
  return new ClawholdError('supervisor_credential_key', message, options);
}
