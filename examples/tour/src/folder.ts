import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Books, createBooks, type LedgerEntry } from './books.ts';
import type { InvoiceFile } from './invoice/invoice.ts';
import { letterLines } from './invoice/letter.ts';
import { writeCsv } from './invoice/write-csv.ts';
import { writeJson } from './invoice/write-json.ts';
import { writePdf } from './invoice/write-pdf.ts';
import { plain } from './money.ts';

/** Where the purchase ledger is, relative to the task folder. */
export const ledgerPath = 'ledger/purchase-ledger.csv';

export interface TourFolder {
  /** How many invoice files there are. */
  readonly invoices: number;
  /** `YYYY-MM` */
  readonly period: string;
}

/**
 * Writes the task folder of the tour: invoices in four formats and the purchase ledger.
 *
 * @param folder made when it is not there; files of an earlier tour in it are overwritten.
 */
export async function createTourFolder(folder: string, seed: number): Promise<TourFolder> {
  const books = createBooks(seed);
  await mkdir(join(folder, 'invoices'), { recursive: true });
  await mkdir(join(folder, 'ledger'), { recursive: true });
  for (const file of books.files) await writeFile(join(folder, file.path), await contentOf(file));
  await writeFile(join(folder, ledgerPath), ledgerCsv(books));
  return { invoices: books.files.length, period: books.period };
}

async function contentOf(file: InvoiceFile): Promise<string | Uint8Array> {
  const { format, invoice, notice = '' } = file;
  switch (format) {
    case 'csv':
      return writeCsv(invoice);
    case 'json':
      return writeJson(invoice);
    case 'txt':
      return `${letterLines(invoice).join('\n')}\n${notice}`;
    case 'pdf':
      return writePdf(invoice);
    default:
      return format satisfies never;
  }
}

function ledgerCsv({ ledger }: Books): string {
  const rows = ledger.map(({ purchaseOrder, supplier, ordered, costCentre, expected }: LedgerEntry) =>
    [purchaseOrder, supplier, ordered, costCentre, plain(expected)].join(','),
  );
  return `${['purchase_order,supplier,ordered,cost_centre,expected_gross_eur', ...rows].join('\n')}\n`;
}
