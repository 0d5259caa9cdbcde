import type { EgressQuestion, Inspector, Obligation } from '@clawhold/spec';
import type { CompiledEndpoint } from '../compile/compiled-endpoint.ts';

interface Allowed {
  readonly service: boolean;
  /** What must read what follows; null when nothing must. */
  readonly reading: Inspector | null;
  /** Whether something leaves now: not when a tunnel or a body will be read first. */
  readonly sends: boolean;
  /** The endpoints that may demand something. */
  readonly demanding: readonly CompiledEndpoint[];
  /** Nothing allows it; it is let through to learn from it. */
  readonly learning: boolean;
  /** What is taken from counters. */
  readonly taken: readonly Obligation[];
  readonly record: Obligation;
}

/** What whoever lets a request or a connection through must do. */
export function egressObligations(question: EgressQuestion, allowed: Allowed): Obligation[] {
  const { service, reading, sends, demanding, learning, taken, record } = allowed;
  const endpoints = sends ? termsOf(demanding, learning) : nothing;
  const label = responseLabel(demanding);
  // As it nearly always is.
  if (sends && !service && reading === null && !learning && endpoints.length + taken.length === 0)
    return [label, record];
  return [
    ...taken,
    ...(service ? [{ kind: 'service', name: question.host } as const] : []),
    ...(reading === null ? [] : [inspection(question, reading, demanding)]),
    ...endpoints,
    ...(sends ? [label] : []),
    ...(sends && learning ? [propose] : []),
    record,
  ];
}

/** What the endpoints demand. */
function termsOf(demanding: readonly CompiledEndpoint[], learning: boolean): readonly Obligation[] {
  if (demanding.every(({ terms }) => terms === null)) return nothing;
  const obligations: Obligation[] = [];
  let request: number | null = null;
  let response: number | null = null;
  for (const { terms } of demanding) {
    if (terms === null) continue;
    request = smaller(request, terms.requestBytes);
    response = smaller(response, terms.responseBytes);
    // What is only looked at gets no credential.
    for (const obligation of terms.obligations)
      if (!learning || obligation.kind !== 'credential') obligations.push(obligation);
  }
  if (request !== null) obligations.push({ kind: 'cap', direction: 'request', bytes: request });
  if (response !== null) obligations.push({ kind: 'cap', direction: 'response', bytes: response });
  return obligations;
}

const nothing: readonly Obligation[] = Object.freeze([]);

function inspection(question: EgressQuestion, protocol: Inspector, demanding: readonly CompiledEndpoint[]): Obligation {
  const plain = question.scheme === 'http' || (question.scheme === 'tcp' && question.port === 80);
  const tls = plain ? 'none' : 'terminate';
  let bytes: number | null = null;
  if (protocol !== 'rest') for (const { inspectedBytes } of demanding) bytes = smaller(bytes, inspectedBytes);
  const readers = demanding.filter(({ inspector }) => inspector === 'mcp');
  const names =
    protocol === 'mcp' && readers.every(({ anyToolName }) => anyToolName) ? { anyToolName: true as const } : {};
  return { kind: 'inspect', tls, protocol, ...(bytes === null ? {} : { bytes }), ...names };
}

const propose: Obligation = Object.freeze({ kind: 'propose' });
const labelLocal: Obligation = Object.freeze({ kind: 'label_response', integrity: 'local' });
const labelExternal: Obligation = Object.freeze({ kind: 'label_response', integrity: 'external' });
const labelSecretLocal: Obligation = Object.freeze({ ...labelLocal, confidentiality: 'secret' });
const labelSecretExternal: Obligation = Object.freeze({ ...labelExternal, confidentiality: 'secret' });

function responseLabel(demanding: readonly CompiledEndpoint[]): Obligation {
  const isLocal = responseIntegrity(demanding) === 'local';
  if (demanding.some(({ terms }) => terms?.isResponseSecret === true))
    return isLocal ? labelSecretLocal : labelSecretExternal;
  return isLocal ? labelLocal : labelExternal;
}

/** External, unless the policy says `local` and nothing in it says otherwise. */
export function responseIntegrity(demanding: readonly CompiledEndpoint[]): 'local' | 'external' {
  let local = false;
  for (const { terms } of demanding) {
    if (terms?.responseIntegrity === 'external') return 'external';
    if (terms?.responseIntegrity === 'local') local = true;
  }
  return local ? 'local' : 'external';
}

/** The smaller of two amounts; null is no limit. */
function smaller(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
