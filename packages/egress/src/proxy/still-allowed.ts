import type { Decision, Obligation } from '@clawhold/spec';

/**
 * Whether what goes on under one decision may go on under a later one about the same question. The later one must allow
 * it and want nothing that is not kept already: a tunnel that passes unread cannot begin to be read in its middle.
 */
export function isStillAllowed(before: Decision, now: Decision): boolean {
  const isGranted = before.obligations.some(({ kind }) => kind === 'consume_grant');
  // What a person agreed to was used up when it began; asking again would take their word back.
  if (now.kind === 'ask') return isGranted;
  if (now.kind !== 'allow') return false;
  const leads = (decision: Decision): string | undefined => decision.obligations.find(isService)?.name;
  if (leads(before) !== leads(now)) return false;
  return now.obligations.every((wanted) => before.obligations.some((kept) => covers(kept, wanted)) || isOver(wanted));
}

/** Met once, before the first byte left. */
function isOver({ kind }: Obligation): boolean {
  return kind === 'record' || kind === 'reserve' || kind === 'consume_grant' || kind === 'propose';
}

function covers(kept: Obligation, wanted: Obligation): boolean {
  if (kept.kind === 'cap' && wanted.kind === 'cap')
    return kept.direction === wanted.direction && kept.bytes <= wanted.bytes;
  if (kept.kind === 'meter' && wanted.kind === 'meter')
    return kept.counter === wanted.counter && kept.limit <= wanted.limit;
  return JSON.stringify(kept) === JSON.stringify(wanted);
}

function isService(obligation: Obligation): obligation is Extract<Obligation, { kind: 'service' }> {
  return obligation.kind === 'service';
}
