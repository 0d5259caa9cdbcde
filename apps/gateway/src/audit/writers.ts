import { ClawholdError, type EventType, type PeerName } from '@clawhold/spec';

/**
 * What each process may put into the ledger. A worker that was taken over can neither claim that a person approved
 * something nor that a policy was published.
 */
const writable: Readonly<Partial<Record<PeerName, ReadonlySet<EventType>>>> = {
  supervisor: new Set<EventType>([
    'credential.used',
    'credential.withdrawn',
    'decision.made',
    'egress.summarised',
    'files.recovered',
    'finding.raised',
    'model.used',
    'sandbox.ended',
    'sandbox.refused',
    'sandbox.started',
    'step.ended',
    'step.intended',
  ]),
  worker: new Set<EventType>(['finding.raised']),
};

/** @throws ClawholdError `auth_event_not_writable`. */
export function assertMayWrite(peer: PeerName, type: EventType): void {
  if (writable[peer]?.has(type) === true) return;
  throw new ClawholdError('auth_event_not_writable', `The ${peer} may not record "${type}".`);
}
