import { groupIban } from '../iban.ts';
import { english } from '../money.ts';
import type { Invoice } from './invoice.ts';

/** An invoice as the lines of a letter; text files and the PDF are written from it. */
export function letterLines(invoice: Invoice): readonly string[] {
  const { supplier, lines } = invoice;
  return [
    supplier.name,
    `${supplier.city} - VAT ID ${invoice.vatId}`,
    '',
    'INVOICE',
    `Invoice number: ${invoice.number}`,
    `Invoice date: ${invoice.date}`,
    `Payable until: ${invoice.due}`,
    `Purchase order: ${invoice.purchaseOrder}`,
    '',
    ...lines.map(
      ({ description, quantity, unitPrice }) =>
        `${quantity} x ${description} at EUR ${english(unitPrice)} = EUR ${english(quantity * unitPrice)}`,
    ),
    '',
    `Net amount: EUR ${english(invoice.net)}`,
    `VAT ${supplier.vatPercent} %: EUR ${english(invoice.vat)}`,
    `Total due: EUR ${english(invoice.gross)}`,
    '',
    `Account: ${groupIban(invoice.iban)}`,
  ];
}
