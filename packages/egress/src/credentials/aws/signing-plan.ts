import { type Field, fieldValue } from '../../wire/field.ts';
import type { CredentialTerm } from '../permission.ts';

/** How a request will be signed anew, known before its body is. */
export interface SigningPlan {
  readonly kind: 'plan';
  readonly region: string;
  readonly service: string;
  /** What stands for the body in the signature; undefined: its digest, for which it is read as a whole. */
  readonly payload: string | undefined;
  /** Each chunk of the body is signed after the one before it. */
  readonly signsChunks: boolean;
}

export interface NoSigningPlan {
  readonly kind: 'none';
  /** One sentence. */
  readonly text: string;
}

const unsignedPayload = 'UNSIGNED-PAYLOAD';
/** The body comes in chunks with a checksum behind them, and no chunk is signed. */
const unsignedChunks = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/** The body comes in chunks that are signed one by one, with or without a signed checksum behind them. */
const signedChunks: ReadonlySet<string> = new Set([
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
]);

/**
 * What the policy and the request together say about a signature. Signatures that nobody but the holder of an asymmetric key
 * could make (`STREAMING-AWS4-ECDSA-…`) are refused.
 *
 * @param bodyLength undefined when nobody knows it yet.
 */
export function planSigning(
  signing: NonNullable<CredentialTerm['signing']>,
  host: string,
  fields: readonly Field[],
  bodyLength: number | undefined,
): SigningPlan | NoSigningPlan {
  const region = signing.region ?? regionOf(host);
  if (region === undefined)
    return { kind: 'none', text: `The host ${host} names no region of AWS; write \`signing_region\` in the policy.` };
  const said = fieldValue(fields, 'x-amz-content-sha256');
  const { service } = signing;
  if (said !== undefined && signedChunks.has(said))
    return { kind: 'plan', region, service, payload: said, signsChunks: true };
  if (said?.startsWith('STREAMING-') === true && (said !== unsignedChunks || signing.body === 'signed'))
    return { kind: 'none', text: `A body of the kind ${said.slice(0, 60)} cannot be signed anew here.` };
  return { kind: 'plan', region, service, payload: payloadOf(signing.body, said, bodyLength), signsChunks: false };
}

function payloadOf(
  body: 'signed' | 'unsigned' | 'by_header',
  said: string | undefined,
  length: number | undefined,
): string | undefined {
  if (said === unsignedChunks) return said;
  if (body === 'unsigned') return unsignedPayload;
  // AWS compares it with the body that arrives.
  if (said !== undefined && /^[0-9a-f]{64}$/.test(said)) return said;
  if (body === 'signed') return undefined;
  return said === unsignedPayload || length === undefined ? unsignedPayload : undefined;
}

/** The region that a host name of AWS holds: the label before `amazonaws.com` that ends like `-1`. */
export function regionOf(host: string): string | undefined {
  const labels = /^(.+)\.amazonaws\.com(?:\.cn)?$/.exec(host)?.[1]?.split('.') ?? [];
  return labels.findLast((label) => /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(label));
}
