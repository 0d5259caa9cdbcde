import { chmod, chown, mkdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ordinaryUser, repositoryRoot, temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { codeCacheVariables, shareCodeCache } from './code-cache.ts';

const isRoot = process.getuid?.() === 0;
const own = process.getuid?.() ?? -1;

/** A checkout in which `npm start` left compiled code. */
async function makeCheckout(): Promise<{ readonly app: string; readonly folder: string; readonly kept: string }> {
  const app = await temporaryFolder();
  const folder = join(app, 'node_modules/.cache/clawhold/code');
  const kept = join(folder, `v24.0.0-x64-0-${own}`);
  await mkdir(kept, { recursive: true });
  for (const path of [folder, kept]) await chmod(path, 0o755);
  return { app, folder, kept };
}

test('the code that npm start compiled is used, and found where the process sees it', async () => {
  const { app, folder } = await makeCheckout();
  expect(codeCacheVariables(app)).toEqual({ NODE_COMPILE_CACHE: folder, NODE_COMPILE_CACHE_PORTABLE: '1' });
  expect(codeCacheVariables(app, '/seen')['NODE_COMPILE_CACHE']).toBe('/seen/node_modules/.cache/clawhold/code');
  expect(codeCacheVariables(await temporaryFolder())).toEqual({});
});

test('it is looked for where the bootstrap puts it', async () => {
  const { app, folder } = await makeCheckout();
  // The bootstrap is JavaScript for an older Node, which nothing of ours imports.
  const places = (await import(join(repositoryRoot, 'scripts/bootstrap/places.mjs'))) as { readonly codeCache: string };
  expect(places.codeCache).toBe(join(repositoryRoot, folder.slice(app.length)));
});

test(verifies('manager.code-is-ours', 'compiled code that others could have written is not used'), async () => {
  for (const name of ['folder', 'kept'] as const) {
    const checkout = await makeCheckout();
    await chmod(checkout[name], 0o775);
    expect(codeCacheVariables(checkout.app), `${name} is open to its group`).toEqual({});
    await chmod(checkout[name], 0o757);
    expect(codeCacheVariables(checkout.app), `${name} is open to everyone`).toEqual({});
  }
});

test.runIf(isRoot)(
  verifies('manager.code-is-ours', 'compiled code of another account than the owner of the code is not used'),
  async () => {
    const { uid, gid } = await ordinaryUser();
    for (const name of ['folder', 'kept'] as const) {
      const checkout = await makeCheckout();
      await chown(checkout[name], uid, gid);
      expect(codeCacheVariables(checkout.app), name).toEqual({});
      await chown(checkout.app, uid, gid);
      expect(codeCacheVariables(checkout.app), `${name}, whose owner wrote the code`).not.toEqual({});
    }
  },
);

test('other accounts read what the owner of the code had compiled', async () => {
  const { app, folder } = await makeCheckout();
  const accounts = [4_001, 4_002].map((uid) => ({ uid, gid: uid }));
  for (let start = 0; start < 2; start++) shareCodeCache(app, accounts);
  for (const { uid } of accounts)
    expect(await readlink(join(folder, `v24.0.0-x64-0-${uid}`))).toBe(`v24.0.0-x64-0-${own}`);
  expect(codeCacheVariables(app)).not.toEqual({});
});
