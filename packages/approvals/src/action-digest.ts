import { createHash } from 'node:crypto';
import { type CanonicalAction, ClawholdError, canonicalActionSchema } from '@clawhold/spec';
import { canonicalJson } from './canonical-json.ts';

/** Separates digests of actions from digests of anything else (what a person approved can be nothing but an action). */
const actionDomain = 'clawhold/action/v1\n';
const requestDomain = 'clawhold/request/v1\n';

/**
 * The bytes that a person approves: RFC 8785 JSON in UTF-8 of exactly the fields of the schema.
 *
 * @throws ClawholdError `input_action_malformed` when a field is missing, unknown or not well-formed text; nothing may
 *   be approved that cannot be written down in one way.
 */
export function canonicalBytes(action: CanonicalAction): Uint8Array {
  const parsed = canonicalActionSchema.safeParse(action);
  if (!parsed.success) throw malformed(parsed.error.issues[0]?.message ?? 'it does not fit the schema');
  const written = canonicalJson(parsed.data);
  if (written.kind === 'refused') throw malformed(written.reason);
  return new TextEncoder().encode(written.text);
}

/** Reads canonical bytes back. */
export function parseCanonicalBytes(bytes: Uint8Array): CanonicalAction {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const parsed = canonicalActionSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw malformed('it does not fit the schema');
  return parsed.data;
}

/**
 * SHA-256 over the canonical bytes, separated by domain, lower-case hexadecimal.
 *
 * @throws ClawholdError `input_action_malformed`, see {@link canonicalBytes}.
 */
export function actionDigest(action: CanonicalAction): string {
  return createHash('sha256').update(actionDomain).update(canonicalBytes(action)).digest('hex');
}

/** The part of a request that a single-use grant is about. */
export interface GrantedRequest {
  readonly method: string;
  /** Normalised, as it is sent. */
  readonly url: string;
  /** Lower-case names, sorted; only those that were approved with it. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** SHA-256 of the body, lower-case hexadecimal. */
  readonly bodyDigest: string;
}

/** The digest under which the proxy finds a grant for exactly this request, whoever sends it. */
export function requestDigest(request: GrantedRequest): string {
  // Field by field: a caller may hand over more than the grant is about.
  const { method, url, headers } = request;
  const written = canonicalJson({ method, url, headers, bodyDigest: request.bodyDigest });
  if (written.kind === 'refused') throw malformed(written.reason);
  return createHash('sha256').update(requestDomain).update(written.text).digest('hex');
}

/** The digest under which a grant for this action is found at the proxy; undefined when it sends nothing. */
export function matchAction(action: CanonicalAction): string | undefined {
  return action.request === null ? undefined : requestDigest(action.request);
}

/** SHA-256 of a body, as {@link GrantedRequest} wants it. */
export function bodyDigest(body: Uint8Array | string): string {
  return createHash('sha256').update(body).digest('hex');
}

function malformed(why: string): ClawholdError {
  return new ClawholdError('input_action_malformed', `This action cannot be put to a person: ${why}`, {
    hint: 'Send plain text without broken characters, and try again.',
  });
}
