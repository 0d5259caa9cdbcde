import type { Decision, EgressQuestion, Reason } from '@clawhold/spec';
import type { EgressRecord, Identity } from '../hooks.ts';
import type { ProxyContext } from './context.ts';
import type { Traffic } from './forward.ts';
import { overrule } from './judge.ts';

/** What a record is about. */
export interface Subject {
  readonly method: string;
  readonly url: string;
  readonly question: EgressQuestion | null;
  readonly decision: Decision | null;
  /** The further messages of a batch. Each is told of by itself, when all of them went out. */
  readonly others?: readonly { readonly question: EgressQuestion; readonly decision: Decision }[];
  readonly traffic: Traffic;
}

/** In a record: a budget had no room. Its decision then says which. */
export const budgetFault = 'budget';

/** In a record: the policy changed, and no longer allows what was under way. Its decision is then the new one. */
export const withdrawnFault = 'policy_changed';

/** The same, with the decision that a budget made of it. */
export function overruled(subject: Subject, reason: Reason): Subject {
  return { ...subject, decision: subject.decision === null ? null : overrule(subject.decision, reason) };
}

/** Tells the supervisor what became of a request. */
export function report(
  context: ProxyContext,
  identity: Identity,
  subject: Subject,
  outcome: EgressRecord['outcome'],
  status: number | null,
  fault: string | null,
): void {
  const { method, url, question, decision, traffic } = subject;
  context.hooks.observe({
    identity,
    question,
    decision,
    method,
    url,
    outcome,
    status,
    requestBytes: traffic.requestBytes,
    responseBytes: traffic.responseBytes,
    fault,
  });
  // The bytes were told of once.
  const nothing = { requestBytes: 0, responseBytes: 0 };
  for (const other of subject.others ?? [])
    report(context, identity, { method, url, ...other, traffic: nothing }, outcome, status, fault);
}

/** Bytes that could not be read as a request, or contradict themselves. */
export function reportMalformed(context: ProxyContext, identity: Identity, code: string, status: number | null): void {
  const subject = {
    method: '-',
    url: '',
    question: null,
    decision: null,
    traffic: { requestBytes: 0, responseBytes: 0 },
  };
  report(context, identity, subject, 'malformed', status, code);
}
