import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ClawholdError } from '@clawhold/spec/error';

const variable = 'CLAWHOLD_CREDENTIAL_KEY';
const commandVariable = 'CLAWHOLD_CREDENTIAL_KEY_COMMAND';
/** A keyring may ask a person to unlock it. In milliseconds. */
const patience = 120_000;

/**
 * The key that seals credentials, where the person keeps it outside the home: in the environment, or with a program that
 * prints it, as those of keyrings do. It goes to the supervisor only, in its start document.
 *
 * @returns base64 as it was given; undefined when the supervisor keeps a key in a file.
 * @throws ClawholdError `supervisor_credential_key` when the command fails, or both are there.
 */
export async function credentialKey(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { [variable]: key = '', [commandVariable]: command = '', ...others } = environment;
  if (command === '') return key === '' ? undefined : key.trim();
  if (key !== '')
    throw new ClawholdError('supervisor_credential_key', `${variable} and ${commandVariable} are both set.`, {
      hint: 'Keep one of them.',
    });
  try {
    // What it prints on stderr is for the person; a key does not belong there.
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], { env: others, timeout: patience });
    return stdout.trim();
  } catch (error) {
    throw new ClawholdError('supervisor_credential_key', `The command in ${commandVariable} ${why(error)}.`, {
      hint: 'Run it by hand, as the account that starts Clawhold: it must print the key in base64 and nothing else.',
    });
  }
}

/** Never what it printed. */
function why(error: unknown): string {
  const { code, signal } = error as { readonly code?: unknown; readonly signal?: unknown }; // as execFile rejects
  return typeof code === 'number' ? `ended with status ${code}` : `did not end by itself (${String(signal ?? code)})`;
}
