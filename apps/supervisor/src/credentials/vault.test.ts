import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CredentialDefinition, formatId, idEntropyBytes } from '@clawhold/spec';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import type { SourceWorld } from './sources/value-source.ts';
import { openVault } from './vault.ts';

const secret = 'sk-live-0123456789';
const run = formatId('run', Buffer.alloc(idEntropyBytes));
const world: SourceWorld = {
  now: () => Date.UTC(2026, 10, 22),
  call: () => Promise.reject(new Error('nobody is asked')),
};
const definition: CredentialDefinition = {
  source: { kind: 'secret', prefix: '' },
  binding: { hosts: ['api.code.example'], ports: [443], places: ['header:authorization'] },
};

test(verifies('credentials.store', 'what is stored is there after a restart, and its file says nothing'), async () => {
  const folder = join(await temporaryFolder(), 'credentials');
  const told = await (await openVault(folder, world)).add('code', definition, secret);
  expect(told).toEqual({ name: 'code', ...definition, written: '2026-11-22T00:00:00.000Z' });
  expect(JSON.stringify(told)).not.toContain(secret);
  const again = await openVault(folder, world);
  expect(again.list()).toEqual([told]);
  expect(await again.find('code')?.source.current(run)).toEqual({ kind: 'text', text: secret });

  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const file of await readdir(folder)) {
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    const bytes = await readFile(join(folder, file));
    for (const word of [secret, 'api.code.example']) expect(bytes.includes(word)).toBe(false);
  }
});

test(
  verifies('credentials.store', 'a file that was moved, changed or sealed with another key is left out'),
  async () => {
    const folder = join(await temporaryFolder(), 'credentials');
    const vault = await openVault(folder, world);
    for (const name of ['fine', 'moved', 'changed']) await vault.add(name, definition, secret);
    await rename(join(folder, 'moved.sealed'), join(folder, 'other.sealed'));
    const bytes = await readFile(join(folder, 'changed.sealed'));
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    await writeFile(join(folder, 'changed.sealed'), bytes);
    expect((await openVault(folder, world)).list().map(({ name }) => name)).toEqual(['fine']);

    await writeFile(join(folder, 'key'), Buffer.alloc(32));
    expect((await openVault(folder, world)).list()).toEqual([]);
    await writeFile(join(folder, 'key'), 'short');
    await expect(openVault(folder, world)).rejects.toMatchObject({ code: 'supervisor_credential_key' });
  },
);

test('another secret takes the place of the first, and a removed credential is gone', async () => {
  const folder = join(await temporaryFolder(), 'credentials');
  const vault = await openVault(folder, world);
  await vault.add('code', definition, secret);
  await expect(vault.add('code', definition, secret)).rejects.toMatchObject({ code: 'state_credential_exists' });
  await vault.rotate('code', 'sk-live-another');
  const again = (await openVault(folder, world)).find('code');
  expect(await again?.source.current(run)).toEqual({ kind: 'text', text: 'sk-live-another' });
  await vault.remove('code');
  expect(vault.find('code')).toBeUndefined();
  expect(await readdir(folder)).toEqual(['key']);
  await expect(vault.remove('code')).rejects.toMatchObject({ code: 'state_no_such_credential', status: 404 });
});

test.each<[string, CredentialDefinition, string]>([
  ['too short to be told from text', definition, 'short'],
  ['more than one line', definition, 'line\nline-line'],
  ['no JSON where it must be', { ...definition, source: { kind: 'aws' } }, secret],
  ['a host that a policy could not have', { ...definition, binding: { ...definition.binding, hosts: ['*'] } }, secret],
  [
    'a signature of what is no key of AWS',
    { ...definition, binding: { ...definition.binding, places: ['sigv4'] } },
    secret,
  ],
])('a credential with %s is refused, and the sentence does not quote it', async (_what, given, text) => {
  const folder = join(await temporaryFolder(), 'credentials');
  await mkdir(folder, { recursive: true });
  const vault = await openVault(folder, world);
  const refused = await vault.add('code', given, text).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'input_credential' });
  expect(String(refused)).not.toContain(text);
  expect(vault.list()).toEqual([]);
});

const refused = { code: 'supervisor_credential_key' };
const oneKey = Buffer.alloc(32, 1).toString('base64');
const otherKey = Buffer.alloc(32, 2).toString('base64');

test(
  verifies('credentials.key', 'a key that is kept elsewhere is in no file, and only it opens the store'),
  async () => {
    const folder = join(await temporaryFolder(), 'credentials');
    await (await openVault(folder, world, { givenKey: oneKey })).add('code', definition, secret);
    expect(await readdir(folder)).toEqual(['code.sealed']);
    const found = (await openVault(folder, world, { givenKey: oneKey })).find('code');
    expect(await found?.source.current(run)).toEqual({ kind: 'text', text: secret });
    await expect(openVault(folder, world, { givenKey: otherKey })).rejects.toMatchObject(refused);
    // Without it no new key takes its place.
    await expect(openVault(folder, world)).rejects.toMatchObject(refused);
    expect(await readdir(folder)).toEqual(['code.sealed']);
  },
);

test(
  verifies('credentials.key', 'the key of the file can be taken away from it, and no other takes its place'),
  async () => {
    const folder = join(await temporaryFolder(), 'credentials');
    await (await openVault(folder, world)).add('code', definition, secret);
    const key = (await readFile(join(folder, 'key'))).toString('base64');
    await expect(openVault(folder, world, { givenKey: oneKey })).rejects.toMatchObject(refused);
    await rm(join(folder, 'key'));
    expect((await openVault(folder, world, { givenKey: key })).list()).toHaveLength(1);
  },
);

test.each([
  '',
  'short',
  `${oneKey}!`,
  oneKey.slice(0, -1),
  Buffer.alloc(31).toString('base64'),
  Buffer.alloc(33).toString('base64'),
])('what is no key of 32 bytes in base64 is refused, and not quoted: "%s"', async (given) => {
  const folder = join(await temporaryFolder(), 'credentials');
  const error = await openVault(folder, world, { givenKey: given }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject(refused);
  if (given !== '') expect(String(error)).not.toContain(given);
});

test(verifies('credentials.variables', 'two credentials are not in one variable of the same agents'), async () => {
  const folder = join(await temporaryFolder(), 'credentials');
  const vault = await openVault(folder, world);
  const of = (variable: string | undefined, agents?: string[]): CredentialDefinition => ({
    ...definition,
    ...(variable === undefined ? {} : { variable }),
    binding: { ...definition.binding, ...(agents === undefined ? {} : { agents }) },
  });
  await vault.add('code-host', of(undefined, ['ann', 'ben']), secret);
  await vault.add('second', of('CODE_HOST', ['carl']), secret);
  await vault.add('third', of('OTHER'), secret);
  for (const taken of [of('CODE_HOST', ['ben', 'dora']), of('CODE_HOST'), of('OTHER', ['dora'])])
    await expect(vault.add('fourth', taken, secret)).rejects.toMatchObject({
      code: 'input_credential',
      message: expect.stringMatching(/^The credential "[a-z-]+" is in (?:CODE_HOST|OTHER) for the same agents\.$/),
    });
  const key = JSON.stringify({ access_key_id: 'AKIAIOSFODNN7EXAMPLE', secret_access_key: 'x'.repeat(40) });
  const aws: CredentialDefinition = {
    ...definition,
    source: { kind: 'aws' },
    binding: { ...definition.binding, places: ['sigv4'] },
  };
  await vault.add('aws', aws, key);
  await expect(vault.add('other-aws', aws, key)).rejects.toThrow('is in AWS_ACCESS_KEY_ID for the same agents');
  await expect(vault.add('sly', of('AWS_SECRET_ACCESS_KEY'), secret)).rejects.toThrow('for the same agents');
});
