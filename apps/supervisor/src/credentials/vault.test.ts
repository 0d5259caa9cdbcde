import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CredentialDefinition } from '@clawhold/spec';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openEnvelope, sealEnvelope } from './envelope.ts';
import type { SourceWorld } from './sources/value-source.ts';
import { openVault } from './vault.ts';

const secret = 'sk-live-0123456789';
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
  expect(await again.find('code')?.source.current()).toEqual({ kind: 'text', text: secret });

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
  expect(await again?.source.current()).toEqual({ kind: 'text', text: 'sk-live-another' });
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

test(
  verifies('credentials.store', 'an envelope opens with its own key and name only, and not when a byte changed'),
  () => {
    const key = Buffer.alloc(32, 7);
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), fc.nat(), fc.integer({ min: 1, max: 255 }), (plain, name, at, mask) => {
        const sealed = sealEnvelope(key, name, Buffer.from(plain));
        expect(new Uint8Array(openEnvelope(key, name, sealed))).toEqual(plain);
        expect(() => openEnvelope(key, `${name}x`, sealed)).toThrow();
        expect(() => openEnvelope(Buffer.alloc(32, 8), name, sealed)).toThrow();
        expect(() => openEnvelope(key, name, sealed.subarray(0, at % sealed.length))).toThrow();
        const changed = Buffer.from(sealed);
        changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ mask;
        expect(() => openEnvelope(key, name, changed)).toThrow();
      }),
    );
  },
);
