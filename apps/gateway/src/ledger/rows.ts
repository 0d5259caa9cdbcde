import { type Batch, recordLine } from '@clawhold/ledger';
import type { Selectable } from 'kysely';
import type { LedgerTables } from './tables.ts';

export function toBatch(row: Selectable<LedgerTables['ledger_batch']>): Batch {
  return {
    first: Number(row.first_sequence),
    size: Number(row.size_after),
    leaves: row.leaf_hashes,
    frontier: row.frontier,
    head: { text: row.head, signature: row.signature.toString('base64') },
  };
}

/**
 * The line of a row as the verifier reads it. A body that is not one line of JSON by itself was not written by a gateway,
 * and could forge the fields after it or a line of its own: it is exported as text, which no leaf hash fits.
 */
export function exportedLine(row: Selectable<LedgerTables['ledger_entry']>): string {
  const body = isOneLineOfJson(row.body) ? row.body : JSON.stringify(row.body);
  return recordLine({ ...row, sequence: Number(row.sequence), body });
}

function isOneLineOfJson(text: string): boolean {
  try {
    JSON.parse(text);
    return !/[\r\n]/.test(text);
  } catch {
    return false;
  }
}
