import { plain } from '../money.ts';
import type { Invoice } from './invoice.ts';

/** The shape of an electronic invoice from a web shop. */
export function writeJson(invoice: Invoice): string {
  const { number, date, due, supplier, vatId, iban, purchaseOrder, lines, net, vat, gross } = invoice;
  const document = {
    invoice: { number, date, due },
    supplier: { name: supplier.name, city: supplier.city, vatId, iban },
    purchaseOrder,
    lines: lines.map(({ description, quantity, unitPrice }) => ({
      description,
      quantity,
      unitPrice: plain(unitPrice),
    })),
    totals: { currency: 'EUR', net: plain(net), vatPercent: supplier.vatPercent, vat: plain(vat), gross: plain(gross) },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
