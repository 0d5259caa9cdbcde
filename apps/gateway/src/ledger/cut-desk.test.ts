import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cutFiles, type TailCut } from '@clawhold/ledger';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { cutDesk } from './cut-desk.ts';

const cut: TailCut = { found: 7, headSize: 10, head: 'ab'.repeat(32) };
const acceptance = { cut, by: 'person:operator', reason: 'the backup was older' };

async function answered(answer: string): Promise<{ readonly said: unknown; readonly notice: unknown }> {
  const [api, configuration] = [await temporaryFolder(), await temporaryFolder()];
  await writeFile(join(configuration, cutFiles.acceptance), answer);
  const said = await cutDesk(api, configuration).ask(cut);
  const notice = await readFile(join(api, cutFiles.notice), 'utf8').catch(() => undefined);
  return { said, notice: notice === undefined ? undefined : JSON.parse(notice) };
}

test('an acceptance of this very cut is taken', async () => {
  expect(await answered(JSON.stringify(acceptance))).toEqual({ said: acceptance, notice: undefined });
});

test.each([
  ['of more records', { ...acceptance, cut: { ...cut, found: 6 } }],
  ['of another history', { ...acceptance, cut: { ...cut, head: 'cd'.repeat(32) } }],
  ['that promised another size', { ...acceptance, cut: { ...cut, headSize: 11 } }],
  ['without a reason', { ...acceptance, reason: '' }],
  ['by nobody', { ...acceptance, by: 'api' }],
  ['that is no acceptance', { yes: true }],
])(verifies('ledger.cut-tail-stops-appending', 'an acceptance %s is none, and the cut waits'), async (_, answer) => {
  expect(await answered(JSON.stringify(answer))).toEqual({ said: undefined, notice: cut });
});

test('an acceptance that is no JSON is none', async () => {
  expect(await answered('yes')).toEqual({ said: undefined, notice: cut });
});
