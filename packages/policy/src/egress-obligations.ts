import type { EgressQuestion, Obligation } from '@clawhold/spec';
import type { CompiledEndpoint } from './snapshot.ts';

interface Allowed {
  readonly service: boolean;
  readonly inspect: boolean;
  readonly selected: readonly CompiledEndpoint[];
  /** What the budget leaves for this request, in bytes; null without a budget. */
  readonly requestBytes: number | null;
}

/** What whoever lets a request or a connection through must do. */
export function egressObligations(question: EgressQuestion, allowed: Allowed): readonly Obligation[] {
  const { selected, inspect } = allowed;
  const obligations: Obligation[] = [];
  if (allowed.service) obligations.push({ kind: 'service', name: question.host });
  if (inspect) {
    const plain = question.scheme === 'http' || (question.scheme === 'tcp' && question.port === 80);
    obligations.push({ kind: 'inspect', tls: plain ? 'none' : 'terminate', protocol: 'rest' });
    return obligations;
  }
  const request = smallest([allowed.requestBytes, ...selected.map(({ requestBytes }) => requestBytes)]);
  const response = smallest(selected.map(({ responseBytes }) => responseBytes));
  if (request !== null) obligations.push({ kind: 'cap', direction: 'request', bytes: request });
  if (response !== null) obligations.push({ kind: 'cap', direction: 'response', bytes: response });
  obligations.push({ kind: 'label_response', integrity: responseIntegrity(selected) });
  return obligations;
}

/** External, unless the policy says `local` and nothing in it says otherwise. */
export function responseIntegrity(selected: readonly CompiledEndpoint[]): 'local' | 'external' {
  let local = false;
  for (const { responseIntegrity: stated } of selected) {
    if (stated === 'external') return 'external';
    if (stated === 'local') local = true;
  }
  return local ? 'local' : 'external';
}

export function smallest(amounts: readonly (number | null)[]): number | null {
  let least: number | null = null;
  for (const amount of amounts) if (amount !== null && (least === null || amount < least)) least = amount;
  return least;
}
