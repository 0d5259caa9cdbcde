import type { Books } from './books.ts';

/** What can be said about an invoice, or about an order without one. */
export const findingKinds = ['matched', 'amount differs', 'duplicate', 'not ordered', 'invoice missing'] as const;
export type FindingKind = (typeof findingKinds)[number];

export interface Finding {
  readonly kind: FindingKind;
  /** The invoice file, or null when there is none. */
  readonly path: string | null;
  readonly purchaseOrder: string;
  /** Cents on the invoice; null when there is none. */
  readonly invoiced: number | null;
  /** Cents in the ledger; null when nothing was ordered. */
  readonly expected: number | null;
}

/** What a right reconciliation finds, computed from the books themselves and from no file. */
export function expectedFindings({ files, ledger }: Books): readonly Finding[] {
  const orders = new Map(ledger.map((entry) => [entry.purchaseOrder, entry.expected]));
  const seen = new Set<string>();
  const invoiced = files.map(({ path, invoice }): Finding => {
    const expected = orders.get(invoice.purchaseOrder) ?? null;
    const repeated = seen.has(invoice.number);
    seen.add(invoice.number);
    const kind = repeated
      ? 'duplicate'
      : expected === null
        ? 'not ordered'
        : expected === invoice.gross
          ? 'matched'
          : 'amount differs';
    return { kind, path, purchaseOrder: invoice.purchaseOrder, invoiced: invoice.gross, expected };
  });
  const arrived = new Set(files.map(({ invoice }) => invoice.purchaseOrder));
  const missing = ledger
    .filter(({ purchaseOrder }) => !arrived.has(purchaseOrder))
    .map(
      ({ purchaseOrder, expected }): Finding => ({
        kind: 'invoice missing',
        path: null,
        purchaseOrder,
        invoiced: null,
        expected,
      }),
    );
  return [...invoiced, ...missing];
}

/** Cents that may be paid: the invoices that match their orders. */
export function payableTotal(findings: readonly Finding[]): number {
  return findings.reduce((sum, { kind, invoiced }) => (kind === 'matched' ? sum + (invoiced ?? 0) : sum), 0);
}
