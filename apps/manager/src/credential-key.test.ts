import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { credentialKey } from './credential-key.ts';
import { childEnvironment, providerKeys } from './environment.ts';

const key = Buffer.alloc(32, 3).toString('base64');
const refused = expect.objectContaining({ code: 'supervisor_credential_key' });

test(
  verifies('credentials.key', 'it comes from the environment, or from what a command prints, and else from nowhere'),
  async () => {
    expect(await credentialKey({})).toBeUndefined();
    expect(await credentialKey({ CLAWHOLD_CREDENTIAL_KEY: '', CLAWHOLD_CREDENTIAL_KEY_COMMAND: '' })).toBeUndefined();
    expect(await credentialKey({ CLAWHOLD_CREDENTIAL_KEY: `${key}\n` })).toBe(key);
    const command = { CLAWHOLD_CREDENTIAL_KEY_COMMAND: 'printf "%s\\n" "$KEPT"', KEPT: key };
    expect(await credentialKey(command)).toBe(key);
  },
);

test(verifies('credentials.key', 'no process but the supervisor gets it'), () => {
  const environment = { CLAWHOLD_CREDENTIAL_KEY: key, CLAWHOLD_CREDENTIAL_KEY_COMMAND: `echo ${key}` };
  expect(JSON.stringify([childEnvironment(environment, '/opt/node'), providerKeys(environment)])).not.toContain(key);
});

test.each([
  ['fails', { CLAWHOLD_CREDENTIAL_KEY_COMMAND: 'echo not-this; exit 3' }, 'status 3'],
  ['is not there', { CLAWHOLD_CREDENTIAL_KEY_COMMAND: '/nonexistent/keyring' }, 'status 127'],
  ['is there beside a key', { CLAWHOLD_CREDENTIAL_KEY_COMMAND: 'true', CLAWHOLD_CREDENTIAL_KEY: key }, 'both set'],
])('a command that %s is an error, and nothing of what it printed is told', async (_what, environment, words) => {
  const error = await credentialKey(environment).catch((thrown: unknown) => thrown);
  expect(error).toEqual(refused);
  expect(String(error)).toContain(words);
  expect(String(error)).not.toContain('not-this');
});
