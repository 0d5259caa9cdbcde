export { type Batch, emptyTail, type Seal, type SealedBatch, sealBatch, type Tail } from './batch.ts';
export { canonicalize, maximumDepth } from './canonical.ts';
export { batchLine, type ExportHeader, headerLine } from './export-line.ts';
export { Frontier } from './frontier.ts';
export { hashLeaf, hashLength, hashNode, splitHashes } from './hash.ts';
export { type ConsistencyClaim, type InclusionClaim, verifyConsistency, verifyInclusion } from './proof.ts';
export { hashRanges, type ProofSource } from './proof-path.ts';
export { consistencyRanges, inclusionRanges, type LeafRange } from './range.ts';
export {
  type InclusionReceipt,
  inclusionReceiptSchema,
  type Receipt,
  type ReceiptVerification,
  verifyReceipt,
} from './receipt.ts';
export {
  type NewRecord,
  type PreparedRecord,
  prepareRecord,
  type ReadRecord,
  recordLine,
  type StoredRecord,
} from './record.ts';
export { type SigningKey, signingKey, type VerifyingKey, verifyingKey } from './signing-key.ts';
export {
  type CutAcceptance,
  cutAcceptanceSchema,
  cutFiles,
  isAccepted,
  longestReason,
  type TailCut,
  tailCutSchema,
} from './tail-cut.ts';
export { hashHead, readHead, type SignedHead, signedHeadSchema, type TreeHead, verifyHead } from './tree-head.ts';
export type { AcceptedCut, Alteration, AlteredLedger, IntactLedger, Verification } from './verification.ts';
export type { RecordWatch } from './verifier.ts';
export { type VerifyExportOptions, verifyExport } from './verify-export.ts';
