import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cutAcceptanceSchema, cutFiles, type TailCut } from '@clawhold/ledger';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { readCut, writeAcceptance } from './cut-files.ts';

const cut: TailCut = { found: 7, headSize: 10, head: 'ab'.repeat(32) };

async function makeHome(): Promise<string> {
  const home = await temporaryFolder();
  for (const folder of ['api', 'configuration']) await mkdir(join(home, folder));
  return home;
}

test('the cut that the gateway wrote down is read, and no cut is none', async () => {
  const home = await makeHome();
  expect(await readCut(home)).toBeUndefined();
  await writeFile(join(home, 'api', cutFiles.notice), JSON.stringify(cut));
  expect(await readCut(home)).toEqual(cut);
});

test(verifies('product.accepted-cut', 'a link that the api put there is not followed'), async () => {
  const home = await makeHome();
  const elsewhere = join(home, 'elsewhere.json');
  await writeFile(elsewhere, JSON.stringify(cut));
  await symlink(elsewhere, join(home, 'api', cutFiles.notice));
  await expect(readCut(home)).rejects.toMatchObject({ name: 'ClawholdError' });
});

test('a notice that is damaged is one sentence', async () => {
  const home = await makeHome();
  await writeFile(join(home, 'api', cutFiles.notice), '{"found":7}');
  await expect(readCut(home)).rejects.toMatchObject({ code: 'ledger_cut_unreadable' });
});

test('the word of the operator is what the gateway reads', async () => {
  const home = await makeHome();
  const acceptance = { cut, by: 'person:operator', reason: 'seen' };
  await writeAcceptance(home, acceptance);
  const text = await readFile(join(home, 'configuration', cutFiles.acceptance), 'utf8');
  expect(cutAcceptanceSchema.parse(JSON.parse(text))).toEqual(acceptance);
});
