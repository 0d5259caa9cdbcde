import { expect, test } from 'vitest';
import { type Books, createBooks } from './books.ts';
import { expectedFindings, findingKinds, payableTotal } from './findings.ts';
import { isValidIban } from './iban.ts';
import { invoiceFormats } from './invoice/invoice.ts';

const seeds = Array.from({ length: 60 }, (_, index) => index * 7919);

test('the same seed makes the same books, another one others', () => {
  expect(createBooks(1)).toEqual(createBooks(1));
  expect(createBooks(1)).not.toEqual(createBooks(2));
});

test.each(seeds)('the books of seed %i are what the tour promises', (seed) => {
  const { files, ledger, lure } = createBooks(seed);
  expect(files.length).toBeGreaterThanOrEqual(38);
  expect(ledger).toHaveLength(40);
  expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
  expect(new Set(files.map(({ format }) => format))).toEqual(new Set(invoiceFormats));
  expect(files.filter(({ format }) => format === 'pdf')).toHaveLength(1);
  expect(files.filter(({ notice }) => notice !== undefined)).toHaveLength(1);
  for (const { invoice } of files) {
    expect(isValidIban(invoice.iban)).toBe(true);
    expect(invoice.gross).toBe(invoice.net + invoice.vat);
    expect(Math.abs(invoice.vat - (invoice.net * invoice.supplier.vatPercent) / 100)).toBeLessThanOrEqual(0.5);
    expect(invoice.due > invoice.date).toBe(true);
  }
  expect(isValidIban(lure.iban)).toBe(true);
  expect(files.some(({ invoice }) => invoice.iban === lure.iban)).toBe(false);
});

test.each(seeds)('every kind of finding is planned for seed %i, and found another way', (seed) => {
  const books = createBooks(seed);
  const findings = expectedFindings(books);
  const count = (kind: string): number => findings.filter((finding) => finding.kind === kind).length;
  for (const kind of findingKinds) expect(count(kind)).toBeGreaterThan(0);
  expect(count('duplicate')).toBe(1);
  expect(count('not ordered')).toBe(1);
  expect(payableTotal(findings)).toBe(payableByHand(books));
});

/** Order by order, as a person with two piles of paper would do it. */
function payableByHand({ files, ledger }: Books): number {
  let total = 0;
  for (const { purchaseOrder, expected } of ledger) {
    const amounts = files
      .filter(({ invoice }) => invoice.purchaseOrder === purchaseOrder)
      .map(({ invoice }) => invoice.gross);
    if (amounts[0] === expected) total += expected;
  }
  return total;
}
