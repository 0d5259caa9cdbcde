import type { Approval } from '@clawhold/spec';

/** What can happen to an approval. */
export type ApprovalEvent =
  /** A person agreed to the action with this digest, the one they were shown. */
  | { readonly kind: 'approve'; readonly digest: string; readonly by: string }
  | { readonly kind: 'deny'; readonly by: string }
  /** The supervisor is about to act; `digest` is what it computed from the bytes that it is going to run. */
  | { readonly kind: 'consume'; readonly digest: string }
  /** Time went by. Nobody answered, or the answer was not used: silence is no. */
  | { readonly kind: 'tick' }
  /** The run ended or was stopped. */
  | { readonly kind: 'void' };

export type Advanced =
  | { readonly kind: 'ok'; readonly approval: Approval }
  /** The event does not fit; `approval` is what the approval is now, which may be `expired`. */
  | { readonly kind: 'refused'; readonly reason: string; readonly approval: Approval };

/**
 * The life of an approval, as a pure function: `pending` → `approved` → `consumed`, or `denied`, `expired`, `void`.
 * An approval is used once, before it expires, for exactly the bytes whose digest the person agreed to.
 *
 * @param now milliseconds since 1970.
 */
export function advance(approval: Approval, event: ApprovalEvent, now: number): Advanced {
  const live = approval.state === 'pending' || approval.state === 'approved';
  if (!live) return event.kind === 'tick' ? ok(approval) : refused(approval, endedReason[approval.state]);
  // Written so that a time that cannot be read counts as passed.
  if (!(now < Date.parse(approval.expires))) {
    const expired: Approval = { ...approval, state: 'expired', decided: instant(now), decidedBy: null };
    return event.kind === 'tick' ? ok(expired) : refused(expired, endedReason.expired);
  }
  switch (event.kind) {
    case 'tick':
      return ok(approval);
    case 'void':
      return ok({ ...approval, state: 'void', decided: instant(now), decidedBy: null });
    case 'deny':
      return ok({ ...approval, state: 'denied', decided: instant(now), decidedBy: event.by });
    case 'approve':
      if (approval.state === 'approved') return refused(approval, 'It was already approved.');
      if (event.digest !== approval.digest)
        return refused(approval, 'It is not the action that was shown: the digests differ.');
      return ok({ ...approval, state: 'approved', decided: instant(now), decidedBy: event.by });
    case 'consume':
      if (approval.state === 'pending') return refused(approval, 'Nobody has agreed to it yet.');
      if (event.digest !== approval.digest)
        return refused(approval, 'What would run is not what was approved: the digests differ.');
      return ok({ ...approval, state: 'consumed' });
    default:
      return event satisfies never;
  }
}

const endedReason: Readonly<Record<Approval['state'], string>> = {
  pending: 'It is still open.',
  approved: 'It was already approved.',
  consumed: 'It was used already; an approval is good for one action.',
  denied: 'It was denied.',
  expired: 'It has expired; silence is no.',
  void: 'The run ended, and its questions with it.',
};

function ok(approval: Approval): Advanced {
  return { kind: 'ok', approval };
}

function refused(approval: Approval, reason: string): Advanced {
  return { kind: 'refused', reason, approval };
}

function instant(now: number): string {
  return new Date(now).toISOString();
}
