import type { EgressQuestion, Obligation } from '@clawhold/spec';
import type { CompiledEndpoint } from '../compile/snapshot.ts';

interface Allowed {
  readonly service: boolean;
  readonly inspect: boolean;
  readonly selected: readonly CompiledEndpoint[];
}

/** Adds what whoever lets a request or a connection through must do. */
export function addEgressObligations(obligations: Obligation[], question: EgressQuestion, allowed: Allowed): void {
  const { selected } = allowed;
  if (allowed.service) obligations.push({ kind: 'service', name: question.host });
  if (allowed.inspect) {
    const plain = question.scheme === 'http' || (question.scheme === 'tcp' && question.port === 80);
    obligations.push({ kind: 'inspect', tls: plain ? 'none' : 'terminate', protocol: 'rest' });
    return;
  }
  let request: number | null = null;
  let response: number | null = null;
  for (const { requestBytes, responseBytes } of selected) {
    request = smaller(request, requestBytes);
    response = smaller(response, responseBytes);
  }
  if (request !== null) obligations.push({ kind: 'cap', direction: 'request', bytes: request });
  if (response !== null) obligations.push({ kind: 'cap', direction: 'response', bytes: response });
  obligations.push(responseIntegrity(selected) === 'local' ? labelLocal : labelExternal);
}

const labelLocal: Obligation = Object.freeze({ kind: 'label_response', integrity: 'local' });
const labelExternal: Obligation = Object.freeze({ kind: 'label_response', integrity: 'external' });

/** External, unless the policy says `local` and nothing in it says otherwise. */
export function responseIntegrity(selected: readonly CompiledEndpoint[]): 'local' | 'external' {
  let local = false;
  for (const { responseIntegrity: stated } of selected) {
    if (stated === 'external') return 'external';
    if (stated === 'local') local = true;
  }
  return local ? 'local' : 'external';
}

/** The smaller of two amounts; null is no limit. */
export function smaller(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
