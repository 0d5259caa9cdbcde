import { z } from 'zod';

/** The kinds of things that carry an id, and the prefix by which a person recognises each. */
export const idPrefixes = {
  install: 'ins',
  session: 'ses',
  run: 'run',
  turn: 'trn',
  step: 'stp',
  approval: 'apr',
  grant: 'grt',
  proposal: 'prp',
  sandbox: 'sbx',
  blob: 'blb',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** An id such as `run_7k2m9qx4hc`: the prefix of its kind and ten characters of Crockford's base 32 (50 random bits). */
export type Id<Kind extends IdKind> = `${(typeof idPrefixes)[Kind]}_${string}`;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const bodyLength = 10;

/** How many random bytes {@link formatId} takes. */
export const idEntropyBytes: number = bodyLength;

/**
 * Writes random bytes as an id. Pure: the caller draws the randomness, as pure packages may not.
 *
 * @throws RangeError when `entropy` does not hold exactly {@link idEntropyBytes} bytes.
 */
export function formatId<Kind extends IdKind>(kind: Kind, entropy: Uint8Array): Id<Kind> {
  if (entropy.length !== bodyLength) throw new RangeError(`an id takes ${bodyLength} random bytes`);
  const body = Array.from(entropy, (byte) => alphabet.charAt(byte & 31)).join('');
  return `${idPrefixes[kind]}_${body}`;
}

/** The schema of one kind of id. */
export function id<Kind extends IdKind>(kind: Kind): z.ZodType<Id<Kind>, Id<Kind>> {
  const pattern = new RegExp(`^${idPrefixes[kind]}_[${alphabet}]{${bodyLength}}$`);
  const schema = z
    .string()
    .regex(pattern, `not a valid ${kind} id (${idPrefixes[kind]}_ and ${bodyLength} characters)`);
  // The pattern begins with the prefix, so what it accepts has the template-literal type; zod cannot see that.
  return schema as unknown as z.ZodType<Id<Kind>, Id<Kind>>;
}

export type InstallId = Id<'install'>;
export type SessionId = Id<'session'>;
export type RunId = Id<'run'>;
export type TurnId = Id<'turn'>;
export type StepId = Id<'step'>;
export type ApprovalId = Id<'approval'>;
export type GrantId = Id<'grant'>;
export type ProposalId = Id<'proposal'>;
export type SandboxId = Id<'sandbox'>;
export type BlobId = Id<'blob'>;
