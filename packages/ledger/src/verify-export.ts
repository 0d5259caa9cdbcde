import { ClawholdError } from '@clawhold/spec';
import { type ExportHeader, lineKind, parseHeaderLine } from './export-line.ts';
import { splitLines } from './line-splitter.ts';
import { OutsideHeads } from './outside-heads.ts';
import type { VerifyingKey } from './signing-key.ts';
import type { SignedHead } from './tree-head.ts';
import type { Verification } from './verification.ts';
import { type RecordWatch, Verifier } from './verifier.ts';

export interface VerifyExportOptions {
  /** Signed heads that were kept outside the database, in any order. With none, a cut tail cannot be seen. */
  readonly heads: readonly SignedHead[];
  readonly key: VerifyingKey;
  /** Is shown the records of these types, in their order, that are what was signed so far as is known by then. */
  readonly watch?: RecordWatch;
}

/**
 * Verifies an export of the ledger, offline: it needs nothing but the bytes, the public key and the heads kept outside.
 * Memory does not grow with the export. Reading stops at a finding that nothing later can change.
 *
 * @throws ClawholdError `input_not_an_export` when the bytes do not begin with the header of an export.
 */
export async function verifyExport(
  chunks: AsyncIterable<Uint8Array>,
  { heads, key, watch }: VerifyExportOptions,
): Promise<Verification> {
  const outside = OutsideHeads.from(heads, key);
  if (!(outside instanceof OutsideHeads)) return outside;
  let verifier: Verifier | undefined;
  for await (const lines of splitLines(chunks)) {
    for (const line of lines) {
      if (verifier === undefined) verifier = new Verifier({ header: readHeader(line), outside, key, watch });
      else verifier.accept(line);
    }
    if (verifier?.isSettled) break;
  }
  if (verifier === undefined) throw notAnExport();
  return verifier.finish();
}

function readHeader(line: Uint8Array): ExportHeader {
  const header = lineKind(line) === 'header' ? parseHeaderLine(Buffer.from(line).toString()) : undefined;
  if (header === undefined) throw notAnExport();
  return header;
}

function notAnExport(): ClawholdError {
  return new ClawholdError('input_not_an_export', 'This is not an export of a ledger.', {
    hint: 'Give the file that the export of the ledger wrote, unchanged; its first line begins with {"export":.',
  });
}
