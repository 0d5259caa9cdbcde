import type { SupplierProfile } from '../suppliers.ts';

export const invoiceFormats = ['csv', 'json', 'txt', 'pdf'] as const;
export type InvoiceFormat = (typeof invoiceFormats)[number];

export interface InvoiceLine {
  readonly description: string;
  readonly quantity: number;
  /** Cents, without tax. */
  readonly unitPrice: number;
}

/** One invoice, however it will be written. Amounts are cents. */
export interface Invoice {
  readonly number: string;
  readonly supplier: SupplierProfile;
  readonly vatId: string;
  readonly iban: string;
  /** ISO 8601. */
  readonly date: string;
  readonly due: string;
  readonly purchaseOrder: string;
  readonly lines: readonly InvoiceLine[];
  readonly net: number;
  readonly vat: number;
  readonly gross: number;
}

/** An invoice as a file of the task folder. */
export interface InvoiceFile {
  /** Relative to the task folder. */
  readonly path: string;
  readonly format: InvoiceFormat;
  readonly invoice: Invoice;
  /** What stands below the invoice, in a text; the one with instructions has it. */
  readonly notice?: string;
}
