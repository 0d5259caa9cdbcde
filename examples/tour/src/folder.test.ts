import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@clawhold/testkit';
import { PDFDocument } from 'pdf-lib';
import { expect, test } from 'vitest';
import { checkReport } from './check-report.ts';
import { createTourFolder, ledgerPath } from './folder.ts';

async function digests(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const lines = names.map(async ({ parentPath, name }) => {
    const bytes = await readFile(join(parentPath, name));
    return `${name} ${createHash('sha256').update(bytes).digest('hex')}`;
  });
  return (await Promise.all(lines)).toSorted();
}

test('the same seed writes the same bytes, the PDF included', async () => {
  const [one, two, other] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
  await createTourFolder(one, 5);
  await createTourFolder(two, 5);
  await createTourFolder(other, 6);
  expect(await digests(one)).toEqual(await digests(two));
  expect(await digests(one)).not.toEqual(await digests(other));
});

test('the folder holds what it says', async () => {
  const folder = await temporaryFolder();
  const { invoices, period } = await createTourFolder(folder, 42);
  const names = await readdir(join(folder, 'invoices'));
  expect(names).toHaveLength(invoices);
  const ledger = await readFile(join(folder, ledgerPath), 'utf8');
  expect(ledger.trim().split('\n')).toHaveLength(41);
  expect(ledger).toContain(`PO-${period.replace('-', '')}-101`);
  const pdf = names.find((name) => name.endsWith('.pdf')) ?? '';
  const document = await PDFDocument.load(await readFile(join(folder, 'invoices', pdf)));
  expect(document.getPageCount()).toBe(1);
  expect(document.getTitle()).toBe(`Invoice ${pdf.replace('.pdf', '')}`);
});

test('a report that is not there is said to be wrong', async () => {
  const folder = await temporaryFolder();
  expect(await checkReport(folder, 42)).toEqual(['There is no report.md.', 'There is no reconciliation.csv.']);
});
