import type { Obligation, Reason } from '@clawhold/spec';
import type { Identity } from '../hooks.ts';
import type { Incoming } from '../proxy/incoming.ts';
import type { Terms } from '../proxy/terms.ts';
import type { CompiledBinding } from './binding.ts';
import type { CredentialDesk, HeldCredential } from './desk.ts';
import { allowsText, type Sighting } from './sighting.ts';

/** What the endpoint of a policy says about the credentials of its requests. */
export type CredentialTerm = Extract<Obligation, { kind: 'credential' }>;

/** The request that placeholders were seen in, as its decision saw it. */
export interface SeenRequest {
  readonly identity: Identity;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  /** A service of this machine, which no network lies between. */
  readonly isService: boolean;
}

/** @param incoming as it is decided and recorded. */
export function seenRequest({ identity, method, target }: Incoming, { service }: Terms): SeenRequest {
  const { scheme, host, port, path } = target;
  return { identity, method, scheme, host, port, path, isService: service !== undefined };
}

/** A credential that goes out, and where. */
export interface Permitted {
  readonly kind: 'permitted';
  readonly held: HeldCredential;
  /** As its binding names it. */
  readonly place: string;
}

type Permission =
  | Permitted
  /** Why not, as one sentence. */
  | { readonly kind: 'misuse'; readonly text: string };

/** The same for everything that was seen: all of it is permitted, or the first misuse is told and is the reason. */
export function permitAll(
  desk: CredentialDesk,
  request: SeenRequest,
  terms: readonly (readonly CredentialTerm[])[],
  seen: readonly Sighting[],
): readonly Permitted[] | Reason {
  const permitted: Permitted[] = [];
  for (const one of seen) {
    const permission = permit(desk, request, terms, one);
    if (permission.kind === 'misuse') {
      tellMisuse(desk, request, permission.text);
      return { code: 'hard_block', text: permission.text };
    }
    permitted.push(permission);
  }
  return permitted;
}

/** Makes a finding of a placeholder that was aimed at something else than its binding. */
export function tellMisuse(
  desk: CredentialDesk,
  { identity, method, host, path }: Pick<SeenRequest, 'identity' | 'method' | 'host' | 'path'>,
  text: string,
): void {
  desk.misused(identity, `${text} ${method} ${host}${path}`);
}

/**
 * Whether a placeholder may become its credential: where the policy names it, the binding covers the request, and it stands at
 * a place of the binding.
 *
 * @param terms one list for each decision about the request; each of them must name the credential.
 */
function permit(
  desk: CredentialDesk,
  request: SeenRequest,
  terms: readonly (readonly CredentialTerm[])[],
  { core, place: seenAt, whole }: Sighting,
): Permission {
  const held = desk.find(request.identity, core);
  if (held === undefined) return misuse('A placeholder in the request stands for no credential of this run.');
  const { name, placeholder, binding } = held;
  const own = terms.map((list) => list.filter(({ provider }) => provider === null || provider === name));
  if (own.length === 0 || own.some((list) => list.length === 0))
    return misuse(`The policy does not name the credential ${name} for this request (\`credential_binding\`).`);
  const { agent } = request.identity;
  const violation = binding.violation({ ...request, agent });
  if (violation !== undefined) return misuse(`The credential ${name} is not bound to ${violation}.`);
  if (request.scheme !== 'https' && !request.isService)
    return misuse(`The credential ${name} is not sent in the clear; use https.`);
  const place = boundPlace(binding, seenAt);
  if (place === undefined)
    return misuse(`The credential ${name} is not bound to the place where its placeholder stands.`);
  if (allowsText(place) ? !whole.includes(placeholder) : whole !== placeholder)
    return misuse(`The placeholder of ${name} must be the whole value of its place.`);
  if (!own.every((list) => list.some((term) => opens(term, place))))
    return misuse(`The policy does not let the credential ${name} into ${wordFor(place)} here.`);
  return { kind: 'permitted', held, place };
}

/** The place as the binding names it; undefined when it does not. `websocket` is anywhere in a text, also in one of JSON. */
function boundPlace({ places }: CompiledBinding, seenAt: string | undefined): string | undefined {
  if (seenAt === undefined || places.has(seenAt)) return seenAt;
  return seenAt.startsWith('websocket:') && places.has('websocket') ? 'websocket' : undefined;
}

function misuse(text: string): Permission {
  return { kind: 'misuse', text };
}

/** Some places must be named by the policy as well. */
function opens(term: CredentialTerm, place: string): boolean {
  if (isInBody(place)) return term.body;
  if (place.startsWith('websocket')) return term.websocket;
  return place !== 'sigv4' || term.signing !== null;
}

function isInBody(place: string): boolean {
  return place === 'text' || place.startsWith('json:') || place.startsWith('form:');
}

function wordFor(place: string): string {
  if (isInBody(place)) return 'a body (`request_body_credential_rewrite`)';
  if (place === 'sigv4') return 'a signature (`credential_signing`)';
  return 'a message (`websocket_credential_rewrite`)';
}
