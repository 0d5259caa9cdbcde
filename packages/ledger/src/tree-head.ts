import { hash } from 'node:crypto';
import { z } from 'zod';
import { canonicalize } from './canonical.ts';
import type { SigningKey, VerifyingKey } from './signing-key.ts';

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** What the ledger promises when it signs: this many records have this root. */
const treeHeadSchema: z.ZodType<TreeHead, TreeHead> = z.strictObject({
  version: z.literal(1),
  install: z.string(),
  key: z.string(),
  size: z.number().int().positive(),
  root: sha256Hex,
  time: z.iso.datetime({ precision: 3 }),
  previous: sha256Hex.nullable(),
});

export interface TreeHead {
  readonly version: 1;
  /** The install whose ledger this is, so that a head of one ledger says nothing about another. */
  readonly install: string;
  /** Which key signed. */
  readonly key: string;
  /** How many records the head covers: those with the sequences 1 to `size`. */
  readonly size: number;
  /** The root of the Merkle tree of these records, in hex (RFC 9162, section 2.1.1). */
  readonly root: string;
  /** When it was signed, UTC with milliseconds. */
  readonly time: string;
  /** {@link hashHead} of the head before it; null for the first. */
  readonly previous: string | null;
}

/** A tree head and its signature, as they are stored: the text that was signed, not a reading of it. */
export interface SignedHead {
  /** Canonical JSON of a {@link TreeHead}. */
  readonly text: string;
  /** Ed25519, base64. */
  readonly signature: string;
}

export const signedHeadSchema: z.ZodType<SignedHead, SignedHead> = z.strictObject({
  text: z.string(),
  signature: z.string(),
});

// What is signed, and what is linked, begins with its purpose: neither can be passed off as the other, or as a record.
const signaturePurpose = 'clawhold ledger: signed tree head, version 1\n';
const linkPurpose = 'clawhold ledger: link to the previous tree head, version 1\n';

export function signHead(head: TreeHead, key: SigningKey): SignedHead {
  const text = canonicalize(head);
  return { text, signature: Buffer.from(key.sign(Buffer.from(signaturePurpose + text))).toString('base64') };
}

export function verifyHead({ text, signature }: SignedHead, key: VerifyingKey): boolean {
  const bytes = Buffer.from(signature, 'base64');
  // Node's base64 reader passes over what it does not know: one signature would have many spellings.
  if (bytes.toString('base64') !== signature) return false;
  return key.verify(Buffer.from(signaturePurpose + text), bytes);
}

/** Reads the text of a head; undefined when it is not one. Says nothing about its signature. */
export function readHead({ text }: SignedHead): TreeHead | undefined {
  try {
    return treeHeadSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The hash that the next head carries, in hex. It covers the signature too: one good head vouches for all before it. */
export function hashHead({ text, signature }: SignedHead): string {
  return hash('sha256', `${linkPurpose}${signature}\n${text}`, 'hex');
}
