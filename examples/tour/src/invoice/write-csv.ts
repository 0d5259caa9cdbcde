import { german, plain } from '../money.ts';
import type { Invoice } from './invoice.ts';

/** Line items with a row of totals at the end, as accounting systems export them. */
export function writeCsv(invoice: Invoice): string {
  const isGerman = invoice.supplier.csv === 'german';
  const money = isGerman ? german : plain;
  const row = (...cells: readonly string[]): string =>
    cells.map((cell) => quote(cell, isGerman)).join(isGerman ? ';' : ',');
  const { number, supplier, vatId, iban, date, due, purchaseOrder } = invoice;
  const head = [number, date, due, supplier.name, vatId, iban, purchaseOrder];
  const lines = invoice.lines.map((line) =>
    row(
      ...head,
      line.description,
      String(line.quantity),
      money(line.unitPrice),
      money(line.quantity * line.unitPrice),
      '',
      '',
    ),
  );
  return [
    row(
      'invoice',
      'date',
      'due',
      'supplier',
      'vat_id',
      'iban',
      'purchase_order',
      'description',
      'quantity',
      'unit_price',
      'net',
      'vat',
      'gross',
    ),
    ...lines,
    row(...head, 'TOTAL EUR', '', '', money(invoice.net), money(invoice.vat), money(invoice.gross)),
    '',
  ].join('\n');
}

function quote(cell: string, isGerman: boolean): string {
  return (isGerman ? /[;"]/ : /[,"]/).test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
